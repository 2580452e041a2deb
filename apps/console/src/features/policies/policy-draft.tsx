import { Alert, Button, Group, List, Stack, TextInput } from '@mantine/core';
import type { PolicyCheck, PolicyProblem, SavePolicyBody } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Answer, Failure, ViewHead } from '../../ui/states.js';
import { CasesField } from './cases-field.js';
import { CedarText } from './cedar-text.js';
import { draftOf, draftOfStarter, readCases, type Draft } from './policy-body.js';
import {
  activePolicyQuery,
  policyQuery,
  startersQuery,
  useCheck,
  useSave,
  type StarterNames,
} from './policy-queries.js';

const route = getRouteApi('/policies/new');

const inSet = (found: PolicyCheck | undefined, set: PolicyProblem['set']): PolicyProblem[] =>
  (found?.problems ?? []).filter((problem) => problem.set === set);

const placeOf = ({ set, policy, line, column }: PolicyProblem): string =>
  line === undefined ? `${set}, ${policy}` : `${set}, line ${line}, column ${column ?? 1} (${policy})`;

function Verdict({ found }: { found: PolicyCheck }) {
  const faults = [...found.problems.map((problem) => `${placeOf(problem)}: ${problem.text}`), ...found.failures];
  if (faults.length === 0)
    return (
      <Alert color="green" variant="outline" role="status" title="Sound">
        It loads, and its {found.cases} cases pass.
      </Alert>
    );
  return (
    <Alert color="red" variant="outline" role="alert" title={`${faults.length} to correct`}>
      <List size="sm">
        {faults.map((fault) => (
          <List.Item key={fault} className="lines">
            {fault}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function useDraft(base: Draft) {
  const [draft, setDraft] = useState<Draft>(base);
  const checking = useCheck();
  const saving = useSave();
  const navigate = useNavigate();
  const [fault, setFault] = useState<Error>();
  const withBody = (use: (body: SavePolicyBody) => void): void => {
    const cases = readCases(draft.cases);
    setFault(cases instanceof Error ? cases : undefined);
    if (!(cases instanceof Error)) use({ ...draft, cases });
  };
  const change = (changes: Partial<Draft>): void => {
    checking.reset();
    setDraft((before) => ({ ...before, ...changes }));
  };
  const save = (): void =>
    withBody((body) =>
      saving.mutate(body, {
        onSuccess: ({ version }) =>
          void navigate({ to: '/policies/$id', params: { id: version }, search: { show: 'changes' } }),
      }),
    );
  const check = (): void => withBody((body) => checking.mutate(body));
  return { draft, change, check, save, checking, saving, fault };
}

function Fields({ draft, change }: { draft: Draft; change: (changes: Partial<Draft>) => void }) {
  return (
    <Group align="flex-end" grow preventGrowOverflow={false}>
      <TextInput
        label="Name"
        required
        maxLength={100}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label="Note for whoever reviews it"
        maxLength={1000}
        value={draft.note}
        onChange={(event) => change({ note: event.currentTarget.value })}
      />
      <TextInput
        label="Time zone of its hours"
        maxLength={100}
        value={draft.zone}
        onChange={(event) => change({ zone: event.currentTarget.value })}
      />
    </Group>
  );
}

function DraftForm({ base }: { base: Draft }) {
  const { draft, change, check, save, checking, saving, fault } = useDraft(base);
  const error = fault ?? saving.error ?? checking.error;
  return (
    <Stack>
      <Fields draft={draft} change={change} />
      <CedarText
        label="Access"
        text={draft.access}
        problems={inSet(checking.data, 'access')}
        onChange={(access) => change({ access })}
      />
      <CedarText
        label="Obligations"
        text={draft.obligations}
        problems={inSet(checking.data, 'obligations')}
        onChange={(obligations) => change({ obligations })}
      />
      <CasesField cases={draft.cases} onChange={(cases) => change({ cases })} />
      <Group>
        <Button variant="default" loading={checking.isPending} onClick={check}>
          Check
        </Button>
        <Button loading={saving.isPending} onClick={save}>
          Save as a draft
        </Button>
      </Group>
      {checking.data ? <Verdict found={checking.data} /> : null}
      {error ? <Failure error={error} /> : null}
    </Stack>
  );
}

function FromStarter({ name, names }: { name: string; names: StarterNames }) {
  const starters = useQuery(startersQuery(names));
  return (
    <Answer of={starters} what="the starter set">
      {({ items }) => {
        const starter = items.find((item) => item.name === name);
        return starter ? (
          <DraftForm key={starter.version} base={draftOfStarter(starter)} />
        ) : (
          <Failure error={new Error(`There is no starter set ${name}.`)} />
        );
      }}
    </Answer>
  );
}

function FromVersion({ from }: { from: string | undefined }) {
  const named = useQuery({ ...policyQuery(from ?? ''), enabled: from !== undefined });
  const active = useQuery({ ...activePolicyQuery, enabled: from === undefined });
  return (
    <Answer of={from === undefined ? active : named} what="the policy to begin with">
      {(base) => <DraftForm key={base.version} base={draftOf(base)} />}
    </Answer>
  );
}

/** A new version, which begins as the one in force, the one that was named, or a starter set. */
export function PolicyDraft() {
  const { from, starter, ...names } = route.useSearch();
  return (
    <>
      <ViewHead title="New version" about="Nothing changes before an administrator brings it into force." />
      {starter === undefined ? <FromVersion from={from} /> : <FromStarter name={starter} names={names} />}
    </>
  );
}
