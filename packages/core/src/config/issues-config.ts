import * as z from 'zod'
import { Severity } from '../alert/alert.ts'
import { TurnKind } from '../issue/life/issue-act.ts'
import { PositiveDurationField } from './duration-field.ts'
import { reference } from './reference.ts'

const Pattern = z.string().min(1).max(200)
const Level = z.enum(['fatal', 'error', 'warning', 'info', 'debug'])

/** Which issues somebody is told of. All that is named must fit; `*` stands for any text. */
export const IssueRule = z.strictObject({
  on: z
    .array(TurnKind)
    .min(1)
    .default(['new', 'regressed'])
    .describe('`new`; `regressed`: it was resolved; `woken`: it was muted until something came to pass'),
  level: Level.default('error').describe('at least that severe'),
  environments: z.array(reference('environment')).optional().describe('where its event happened; left out: anywhere'),
  services: z.array(reference('service')).optional().describe('left out: any, or none'),
  release: Pattern.optional().describe('of its event: `shop@2.*`'),
  tags: z.record(z.string(), Pattern).optional().describe('of its event'),
  severity: Severity.default('info').describe('decides who is told; whatever it is, nobody is paged'),
})
export type IssueRule = z.output<typeof IssueRule>

export const IssuesConfig = z.strictObject({
  tell: z.array(IssueRule).max(100).prefault([{}]).describe('the first that fits decides; `[]` tells of nothing'),
  atMost: z
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .describe('issues told of one by one within `digest`; those above are one message'),
  digest: PositiveDurationField.default('10m').describe('how long what is too much is gathered'),
  assign: z
    .array(z.enum(['code-owners', 'suspect-commit']))
    .default(['code-owners', 'suspect-commit'])
    .describe(
      'who a new issue is assigned to: by CODEOWNERS, else by the last commit to the file blamed; `[]`: nobody',
    ),
})
export type IssuesConfig = z.output<typeof IssuesConfig>
