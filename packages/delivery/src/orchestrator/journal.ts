import { type Deployment, type DeploymentStore, type DeployStep, GantryError } from '@gantry/core'

/** A deployment's row, written before and after everything that happens, so that a crash loses nothing. */
export interface Journal {
  now(): Deployment
  change(how: (deployment: Deployment) => Deployment): Promise<Deployment>
  step(id: string, patch: Partial<DeployStep>): Promise<Deployment>
  /** The same for the change that makes it live; what was live before is settled with it. */
  goLive(how: (deployment: Deployment) => Deployment): Promise<Deployment>
}

const maxTries = 5

/** Others write to the row too, e.g. its verdict: a change is made again on what they left. */
export function openJournal(
  deployments: Pick<DeploymentStore, 'update' | 'goLive' | 'get'>,
  deployment: Deployment,
  onChange: (deployment: Deployment) => void,
): Journal {
  let current = deployment
  const writing =
    (write: (deployment: Deployment) => Promise<Deployment>): Journal['change'] =>
    async how => {
      for (let tries = 1; ; tries += 1) {
        try {
          current = await write(how(current))
          onChange(current)
          return current
        } catch (cause) {
          if (!(cause instanceof GantryError && cause.code === 'CONFLICT') || tries === maxTries) throw cause
          current = (await deployments.get(deployment.project, deployment.id)) ?? current
        }
      }
    }
  const change = writing(changed => deployments.update(changed))
  return {
    now: () => current,
    change,
    step: (id, patch) =>
      change(before => ({
        ...before,
        steps: before.steps.map(step => (step.id === id ? { ...step, ...patch } : step)),
      })),
    goLive: writing(async changed => {
      const { live, settled } = await deployments.goLive(changed)
      for (const former of settled) onChange(former)
      return live
    }),
  }
}
