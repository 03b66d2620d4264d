import * as z from 'zod'

export const Role = z.enum(['viewer', 'developer', 'release-manager', 'owner'])
export type Role = z.output<typeof Role>

export const Person = z.object({ id: z.string(), name: z.string(), role: Role })
export type Person = z.output<typeof Person>
