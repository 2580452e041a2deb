import { Anchor, Paper, Stack, Text, TextInput, Group } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Answer } from '../../ui/states.js';
import { startersQuery, type StarterNames } from './policy-queries.js';

const FIELDS = [
  { name: 'organisation', label: 'Organisation at GitHub' },
  { name: 'engineers', label: 'Group of engineers' },
  { name: 'security', label: 'Group that approves' },
] as const;

const namesWith = (names: StarterNames, name: keyof StarterNames, text: string): StarterNames =>
  Object.fromEntries(Object.entries({ ...names, [name]: text }).filter(([, value]) => value !== ''));

/** Starter sets, written for one's own names; what is chosen is a draft like any other. */
export function StarterPicker() {
  const [names, setNames] = useState<StarterNames>({});
  const [asked] = useDebouncedValue(names, 300);
  const starters = useQuery(startersQuery(asked));
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group align="flex-end" grow preventGrowOverflow={false}>
          {FIELDS.map(({ name, label }) => (
            <TextInput
              key={name}
              label={label}
              placeholder="as in the embedded stack"
              value={names[name] ?? ''}
              onChange={(event) => {
                const text = event.currentTarget.value.trim();
                setNames((before) => namesWith(before, name, text));
              }}
            />
          ))}
        </Group>
        <Answer of={starters} what="starter sets">
          {({ items }) => (
            <ul className="plain">
              {items.map(({ name, about }) => (
                <li key={name}>
                  <Anchor
                    renderRoot={(props) => <Link to="/policies/new" search={{ starter: name, ...names }} {...props} />}
                  >
                    Begin with {name}
                  </Anchor>
                  <Text span size="sm">
                    : {about}
                  </Text>
                </li>
              ))}
            </ul>
          )}
        </Answer>
      </Stack>
    </Paper>
  );
}
