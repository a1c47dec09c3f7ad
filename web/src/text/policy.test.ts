import { describe, expect, test } from 'vitest';
import { forSite, policyFields, policyWords, withValue, writtenWords } from './policy';

const TEXT = `# Holdpoint policy: Approval rules
# How many sign.
kind = "approval_rules"

# Nobody lends their right to sign for longer.
# 1 to 365 days; as delivered: 60.
delegation_most_days = 30

# Kinds of policies that somebody else must publish. \`approval_rules\` and \`roles\` cannot be left out.
# Any of: scan_schedule, categories, approval_rules,
# roles; as delivered: ["scan_schedule", "categories",
# "approval_rules", "roles"].
second_person_for = ["approval_rules", "roles"]

[low]
# What it rests on.
# One of: inspection, test; as delivered: "inspection".
evidence = "test"

# It binds.
# True or false; as delivered: true.
binds = false

# The rule.
# A line of 1 to 200 characters; as delivered: "FREQ=MONTHLY;BYDAY=2TU".
rule = "FREQ=WEEKLY"
`;

describe('fields of a policy', () => {
  const fields = policyFields(TEXT);

  test('each has its meaning, its bounds, its value and what is delivered', () => {
    expect(fields.map((field) => [field.key, field.value, field.brought])).toEqual([
      ['delegation_most_days', '30', '60'],
      [
        'second_person_for',
        '["approval_rules", "roles"]',
        '["scan_schedule", "categories", "approval_rules", "roles"]',
      ],
      ['low.evidence', '"test"', '"inspection"'],
      ['low.binds', 'false', 'true'],
      ['low.rule', '"FREQ=WEEKLY"', '"FREQ=MONTHLY;BYDAY=2TU"'],
    ]);
    expect(fields[0]?.about).toBe('Nobody lends their right to sign for longer.');
    expect(fields[0]?.shape).toEqual({ kind: 'count', least: 1, most: 365, unit: 'days' });
    expect(fields[1]?.shape).toEqual({
      kind: 'words',
      words: ['scan_schedule', 'categories', 'approval_rules', 'roles'],
    });
    expect(fields[4]?.shape).toEqual({ kind: 'line', most: 200 });
  });

  test('a value is changed in its line alone', () => {
    const [, list] = fields;
    if (!list) {
      throw new Error('the list was read above');
    }
    const changed = withValue(TEXT, list, writtenWords(['roles']));
    expect(changed.split('\n').filter((line, at) => line !== TEXT.split('\n')[at])).toEqual([
      'second_person_for = ["roles"]',
    ]);
  });

  test('a text without its comments has no fields', () => {
    expect(policyFields('kind = "roles"\nviewer = ["read-plant"]\n')).toEqual([]);
  });

  test('words lose their quotes', () => {
    expect(policyWords('["a", "b \\"c\\""]')).toEqual(['a', 'b "c"']);
  });

  test('a site is named once', () => {
    const once = forSite(TEXT, 'Nord');
    expect(once).toContain('kind = "approval_rules"\nsite = "Nord"\n');
    expect(forSite(once, 'Süd').match(/^site = /gm)).toHaveLength(1);
  });
});
