/** Where a person looks at a session. */
export const sessionUrl = (publicUrl: string, id: string): string => `${publicUrl}/sessions/${encodeURIComponent(id)}`;
