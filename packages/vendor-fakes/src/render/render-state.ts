export type DeployStatus =
  | 'created'
  | 'queued'
  | 'build_in_progress'
  | 'pre_deploy_in_progress'
  | 'update_in_progress'
  | 'live'
  | 'deactivated'
  | 'build_failed'
  | 'pre_deploy_failed'
  | 'update_failed'
  | 'canceled'

export interface FakeDeploy {
  id: string
  status: DeployStatus
  /** What is still to come; it moves on by one each time somebody asks. */
  ahead: DeployStatus[]
  /** Until then it is built, whoever asks. */
  builtAt: number
  commit: string | null
  image: string | null
  trigger: 'api' | 'rollback' | 'new_commit'
  createdAt: string
}

export interface FakeService {
  id: string
  name: string
  autoDeploy: 'yes' | 'no'
  /** The image of a service that builds none. */
  imagePath: string | null
  isSuspended: boolean
  /** Variables of the service, whatever it runs. */
  env: Record<string, string>
  /** Newest first. */
  deploys: FakeDeploy[]
}

export interface RenderState {
  services: Map<string, FakeService>
  /** What the next deploys go through. */
  build: DeployStatus[]
  /** How long they take, by the clock, before they move on at all. */
  buildMs: number
  now(): number
  /** Whether the next deploys are taken into a queue: 202, without a body. */
  isQueueing: boolean
  /** Commits and images whose sites answer 500. */
  ill: Set<string>
  counter: number
}

export const freshState = (now: () => number): RenderState => ({
  services: new Map(),
  build: ['build_in_progress', 'update_in_progress', 'live'],
  buildMs: 0,
  now,
  isQueueing: false,
  ill: new Set(),
  counter: 0,
})

export function addDeploy(
  state: RenderState,
  service: FakeService,
  said: Pick<FakeDeploy, 'commit' | 'image' | 'trigger'>,
) {
  state.counter += 1
  const deploy: FakeDeploy = {
    id: `dep-${state.counter}`,
    status: 'created',
    ahead: [...state.build],
    builtAt: state.now() + state.buildMs,
    createdAt: new Date(state.counter * 1_000).toISOString(),
    ...said,
  }
  service.deploys.unshift(deploy)
  return deploy
}

/** It moves on by one, once its time is over; when it turns live, the one before is no longer. */
export function moveOn({ now }: RenderState, service: FakeService, deploy: FakeDeploy): void {
  if (deploy.ahead.length > 0 && now() < deploy.builtAt) {
    deploy.status = 'build_in_progress'
    return
  }
  deploy.status = deploy.ahead.shift() ?? deploy.status
  if (deploy.status !== 'live') return
  for (const other of service.deploys) if (other !== deploy && other.status === 'live') other.status = 'deactivated'
}
