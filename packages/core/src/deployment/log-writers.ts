import type { DeployStep } from './deployment.ts'

/** What a vendor runs for one release of one service in one environment. */
export interface AtVendor {
  environment: string
  service: string
  release: string
}

interface Placed {
  environment: string
  release: string
  steps: readonly DeployStep[]
}

/** What these deployments put at vendors. */
export const atVendors = (deployments: readonly Placed[]): AtVendor[] =>
  deployments.flatMap(({ environment, release, steps }) =>
    [...new Set(steps.filter(({ runsIn }) => runsIn === 'job').map(({ service }) => service))].map(service => ({
      ...{ environment, service, release },
    })),
  )

/**
 * Who wrote a line at a vendor, by the name the vendor has for it: a provider answers those that run this release alone as
 * `writers` of a step.
 */
export const logWriters = (deployments: readonly Placed[]): Map<string, AtVendor> =>
  new Map(
    deployments.flatMap(({ environment, release, steps }) =>
      steps.flatMap(({ service, answer }) =>
        writersIn(answer?.['writers']).map(writer => [writer, { environment, service, release }] as const),
      ),
    ),
  )

const writersIn = (said: unknown): string[] =>
  Array.isArray(said) ? said.filter(each => typeof each === 'string' && each !== '') : []
