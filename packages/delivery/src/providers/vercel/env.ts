import { traceOf } from '../value-traces.ts'
import type { ProjectVariable } from './vercel-api.ts'
import { stepIds, type VercelScene } from './vercel-scene.ts'

/**
 * What a deployment was made with: values a build baked in, which the job knows, and the project's variables for its target. Of those
 * Vercel tells no digest, so that they are known by when they were changed last.
 */
export async function readEnv({ api, alias, facts, context }: VercelScene): Promise<Record<string, string | null>> {
  const target = alias === null ? 'production' : 'preview'
  const own = (await api.variables()).filter(each => [each.target ?? []].flat().includes(target))
  const baked = Object.keys(Object(context.answers(stepIds(facts.service).check)?.['baked']))
  const traced = baked.flatMap(name => {
    const value = context.env[name]
    return value === undefined ? [] : [[name, traceOf(facts.envSalt, name, value)] as const]
  })
  return { ...Object.fromEntries(own.map(each => [each.key, changedAt(each)])), ...Object.fromEntries(traced) }
}

const changedAt = ({ id, updatedAt }: ProjectVariable): string | null =>
  updatedAt === null || updatedAt === undefined ? null : `vercel:${id ?? ''}:${updatedAt}`
