import * as z from 'zod'

const place = {
  name: z.string(),
  environment: z.string().nullable().describe('null: of the whole repository'),
}

/** A secret as it is listed: everything but what it is. */
export const SecretView = z.object({
  ...place,
  isForAnyBranch: z.boolean().describe('runs of pull requests and of any branch have it too'),
  isLost: z.boolean().describe('the key it was sealed with is gone: it has to be set again'),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
})
export type SecretView = z.output<typeof SecretView>

export const VariableView = z.object({
  ...place,
  value: z.string(),
  updatedAt: z.iso.datetime(),
  updatedBy: z.string(),
})
export type VariableView = z.output<typeof VariableView>

/** A name that a workflow file of the main branch asks for and nobody set. */
export const UnsetValue = z.object({
  kind: z.enum(['secret', 'variable']),
  ...place,
  askedBy: z.array(z.string()).describe('file and job'),
})
export type UnsetValue = z.output<typeof UnsetValue>

export const SecretList = z.object({
  secrets: z.array(SecretView),
  unset: z.array(UnsetValue),
  environments: z.array(z.string()).describe('of gantry.config.ts'),
})
export type SecretList = z.output<typeof SecretList>

export const VariableList = z.object({ variables: z.array(VariableView), environments: z.array(z.string()) })
export type VariableList = z.output<typeof VariableList>

const given = {
  name: z.string().describe('by the rules of GitHub; kept in capitals'),
  environment: z.string().nullable().default(null).describe('left out: for the whole repository'),
}
export const ValueBody = z.strictObject(given)
export const VariableBody = ValueBody.extend({ value: z.string() })
export const SecretBody = VariableBody.extend({
  isForAnyBranch: z
    .boolean()
    .default(false)
    .describe('runs of pull requests and of any branch have it too; of the repository only'),
})

export const RotationView = z.object({
  key: z.string().describe('id of the key that now seals'),
  resealed: z.int(),
  unopened: z.array(z.string()).describe('those that did not open, as after a change in the database'),
})
export type RotationView = z.output<typeof RotationView>
