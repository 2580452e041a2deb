import type { KeptText } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.js';

/** So many texts of one session are read at once; each page is on record. */
const MOST = 500;

/** Texts of a session's prompts and answers, asked for by hand: each read is on record. For auditors. */
export const usePrompts = (sessionId: string, wanted: boolean) =>
  useQuery({
    queryKey: ['prompts', sessionId],
    queryFn: async () => {
      const texts: KeptText[] = [];
      for await (const text of api.pages('GET /prompts', { session_id: sessionId, limit: 100 }, 'cursor')) {
        texts.push(text);
        if (texts.length === MOST) break;
      }
      return texts;
    },
    enabled: wanted,
    staleTime: Infinity,
  });

/** Which prompt caused what of the session, worked out from the trail; each read is on record. */
export const useCauses = (sessionId: string, wanted: boolean) =>
  useQuery({
    queryKey: ['causes', sessionId],
    queryFn: () => api.call('GET /causes/sessions/{id}', { path: { id: sessionId } }),
    enabled: wanted,
    staleTime: Infinity,
  });
