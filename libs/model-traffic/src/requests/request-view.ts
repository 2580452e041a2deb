/** What each form's reader finds, before texts are digested. */
export interface RequestView {
  model: string | undefined;
  prompt: string | undefined;
  results: { callId: string; text: string }[];
}
