import { Button } from '@mantine/core';
import type { PolicyDetail } from '@holdshort/api-client';
import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { hasRole, useMe } from '../../api/identity.js';
import { ReasonDialog } from '../../ui/reason-dialog.js';
import { Failure } from '../../ui/states.js';
import { stepsFor } from './next-steps.js';
import { useActivate, useReview, useSubmit } from './policy-queries.js';

/** A review with its note, in the form of the dialog for reasons. */
function useVerdict(id: string, approve: boolean): UseMutationResult<unknown, Error, string> {
  const review = useReview(id);
  return useMutation({ mutationFn: (note: string) => review.mutateAsync({ approve, note }) });
}

/** Draft, review, in force: what the viewer may do next with a version. The control plane decides. */
export function PolicySteps({ policy }: { policy: PolicyDetail }) {
  const me = useMe();
  const submitting = useSubmit(policy.version);
  const approving = useVerdict(policy.version, true);
  const rejecting = useVerdict(policy.version, false);
  const activating = useActivate(policy.version);
  const steps = stepsFor(policy, {
    login: me.human.login,
    isEditor: hasRole(me, 'policy_editor', 'admin'),
    isAdmin: hasRole(me, 'admin'),
  });
  return (
    <>
      {steps.submit ? (
        <Button variant="default" loading={submitting.isPending} onClick={() => submitting.mutate(undefined)}>
          Ask for a review
        </Button>
      ) : null}
      {steps.review ? (
        <>
          <ReasonDialog
            button="Approve"
            title="Approve this version?"
            about="You have read its changes. An administrator brings it into force."
            confirm="Approve it"
            danger={false}
            action={approving}
          />
          <ReasonDialog
            button="Reject"
            title="Reject this version?"
            about="Its author reads the reason."
            confirm="Reject it"
            action={rejecting}
          />
        </>
      ) : null}
      {steps.activate ? (
        <ReasonDialog
          button="Bring into force"
          title={`Bring ${policy.name} into force?`}
          about="From the next call on, everywhere. What people approved under the version before has to be approved again."
          confirm="Bring it into force"
          danger={false}
          action={activating}
        />
      ) : null}
      {submitting.error ? <Failure error={submitting.error} /> : null}
    </>
  );
}
