import { ApiClient, ControlPlaneRefusal } from '@holdshort/api-client';
import { HoldshortError } from '@holdshort/errors';
import { withStack } from '../check.js';
import { error, type Finding } from '../finding.js';
import { loadCliSettings } from '../../settings.js';
import type { StackLocation } from '../../stack-location.js';
import type { Surroundings } from '../surroundings.js';

const signInAgain = ({ embedded }: StackLocation) =>
  embedded
    ? { fix: 'Sign in.', command: 'holdshort login --dev alice' }
    : { fix: 'Sign in.', command: 'holdshort login' };

const again = (code: Finding['code'], what: string, stack: StackLocation): Finding =>
  error({ code, what, ...signInAgain(stack) });

/** The token of the environment counts before a sign-in, and is somebody else's to renew. */
const refused = (byEnvironment: boolean, stack: StackLocation): Finding =>
  byEnvironment
    ? error({
        code: 'sign_in_refused',
        what: `${stack.controlPlane} does not take the token in HOLDSHORT_TOKEN.`,
        fix: 'Give it a new one (`holdshort token create`), or take it away and sign in.',
        command: 'unset HOLDSHORT_TOKEN',
      })
    : again('sign_in_refused', `${stack.controlPlane} does not take this sign-in any more.`, stack);

async function isTaken(token: string, stack: StackLocation): Promise<boolean> {
  try {
    await new ApiClient(stack.controlPlane, token).call('GET /auth/me');
    return true;
  } catch (thrown) {
    if (thrown instanceof ControlPlaneRefusal) return thrown.status !== 401;
    // that it does not answer is said already
    if (thrown instanceof HoldshortError && thrown.code === 'control_plane_unreachable') return true;
    throw thrown;
  }
}

/** Somebody is signed in, and the control plane agrees. */
export const checkSignIn = withStack(async ({ context, env }: Surroundings, stack) => {
  const token = loadCliSettings(env).token.trim();
  if (token !== '') return (await isTaken(token, stack)) ? [] : [refused(true, stack)];
  const stored = context.signIns.stored(stack.controlPlane);
  if (!stored) return [again('not_signed_in', `Nobody is signed in at ${stack.controlPlane}.`, stack)];
  if (Date.parse(stored.expires_at) <= Date.now())
    return [again('sign_in_expired', `The sign-in of ${stored.human.login} ended at ${stored.expires_at}.`, stack)];
  return (await isTaken(stored.token, stack)) ? [] : [refused(false, stack)];
});
