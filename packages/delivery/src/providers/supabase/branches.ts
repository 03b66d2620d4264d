import type { StepOutcome } from '@gantry/core'
import { namesReferredTo, withValues } from '@gantry/core/config'
import type { StepContext } from '../step-context.ts'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { vendorName } from '../unique-name.ts'
import { vendorOutcome } from '../vendor/outcome.ts'
import { poll } from '../vendor/poll.ts'
import { VendorError } from '../vendor/vendor-error.ts'
import type { DatabaseFacts } from './database-facts.ts'
import { type ManagementApi, managementToken, openManagement } from './management-api.ts'

/** Supabase makes a project for it, which takes minutes. */
export const branchLimitMs = 15 * 60_000

interface Scene {
  api: ManagementApi
  /** The project that branches are made of. */
  parent: string
  name: string
}

/** In words, where it cannot be asked. */
function openScene(facts: DatabaseFacts, context: StepContext): Scene | string {
  const { branchesOf = '' } = facts.settings
  const missing = [managementToken, ...namesReferredTo(branchesOf)].find(name => !context.env[name])
  if (missing !== undefined) return `the job of ${facts.environment} has no ${missing}`
  return { api: openManagement(context), parent: withValues(branchesOf, context.env), name: vendorName(facts) }
}

const inScene = async (
  facts: DatabaseFacts,
  context: StepContext,
  act: (scene: Scene) => Promise<StepOutcome>,
): Promise<StepOutcome> => {
  const scene = openScene(facts, context)
  return typeof scene === 'string' ? stepFailed(scene) : vendorOutcome(() => act(scene))
}

/** Makes the branch, once: it is known by its name. */
export const makeBranch = (facts: DatabaseFacts, context: StepContext): Promise<StepOutcome> =>
  inScene(facts, context, async ({ api, parent, name }) => {
    if (!(await api.branch(parent, name))) {
      await api.make(parent, name).catch(async cause => {
        // An answer that was lost may stand for a branch that is there.
        if (!(cause instanceof VendorError) || cause.fault.done !== 'unknown') throw cause
        context.log(`${cause.message}; looking whether it was made all the same`)
        if (!(await api.branch(parent, name))) throw cause
      })
      await context.progress(`the branch ${name} is made at Supabase`)
    }
    const waited = await poll(context, branchLimitMs, () => readyBranch(api, parent, name))
    return waited.state === 'ended' ? waited.value : stepFailed(`the branch ${name} was not ready in time`)
  })

/** Null while it is being made. */
async function readyBranch(api: ManagementApi, parent: string, name: string): Promise<StepOutcome | null> {
  const branch = await api.branch(parent, name)
  if (!branch) return stepFailed(`the branch ${name} is gone`)
  if (branch.status.endsWith('_FAILED')) {
    const see = `see its log at https://supabase.com/dashboard/project/${parent}/branches`
    return stepFailed(`Supabase could not make the branch ${name}: ${branch.status}`, [see])
  }
  if (branch.status === 'CREATING_PROJECT' || branch.status === 'RUNNING_MIGRATIONS') return null
  return (await api.isUp(branch.ref)) ? stepDone(`the branch ${name} is there`) : null
}

export const dropBranch = (facts: DatabaseFacts, context: StepContext): Promise<StepOutcome> =>
  inScene(facts, context, async ({ api, parent, name }) => {
    const there = await api.branch(parent, name)
    if (!there) return stepDone(`there is no branch ${name}`)
    await api.remove(there.ref)
    return stepDone(`the branch ${name} is deleted`)
  })

/**
 * What leads to the branch. Before it is there the variable is empty, so that nobody takes the address of the job for that of the
 * preview. @throws VendorError
 */
export async function envOfBranch(
  facts: DatabaseFacts,
  variable: string,
  context: StepContext,
): Promise<Record<string, string>> {
  const scene = openScene(facts, context)
  if (typeof scene === 'string') return { [variable]: '' }
  const { api, parent, name } = scene
  const branch = await api.branch(parent, name)
  if (!branch || branch.status === 'CREATING_PROJECT') return { [variable]: '' }
  const { ref } = branch
  return {
    [variable]: await api.database(ref),
    SUPABASE_URL: `https://${ref}.supabase.co`,
    ...(await api.keys(ref)),
  }
}
