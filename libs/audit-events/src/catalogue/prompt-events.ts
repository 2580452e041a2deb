import { maybe, text, whole } from '../schema/field.js';
import { defineEvents } from './entry.js';

const single = ['single'] as const;
const DAVE = { sub: '248289761006', login: 'dave', email: 'dave@acme.example', idp: 'https://idp.acme.example' };

/** Of the texts of prompts, which are kept apart from the trail. */
export const PROMPT_EVENTS = defineEvents({
  'prompt.read': {
    code: 'HS-2101',
    title: 'Prompts read',
    when: 'Somebody asked for texts of prompts; durable before they are given.',
    emitter: 'control-plane',
    phases: single,
    level: 'notice',
    ocsf: { class: 'api_activity', activity: 'read' },
    required: ['human', 'session_id', 'outcome'],
    optional: [],
    detail: {
      sha256: maybe(text('The one text that was asked for.')),
      texts: whole('How many were given.'),
    },
    example: { human: DAVE, session_id: 'ses_77ab', outcome: 'success', detail: { texts: 4 } },
  },
  'prompt.expired': {
    code: 'HS-2102',
    title: 'Prompts deleted',
    when: 'Texts of prompts were deleted, their time being over.',
    emitter: 'control-plane',
    phases: single,
    level: 'info',
    ocsf: { class: 'api_activity', activity: 'other' },
    required: ['outcome'],
    optional: [],
    detail: { texts: whole('How many were deleted.', 1) },
    example: { outcome: 'success', detail: { texts: 120 } },
  },
});
