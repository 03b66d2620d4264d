import type { JobExecutor } from '@gantry/runner'
import type { ProjectBase } from '../project/project-base.ts'
import type { RunnerService } from './runner-service.ts'

export interface ComposedRunners {
  service: RunnerService
  /** Who executes the jobs of a project's runs. */
  executorOf(project: Pick<ProjectBase, 'stored' | 'repository' | 'folders'>, leave: AbortSignal): JobExecutor
  /** Once the server listens. */
  start(): void
  stop(): Promise<void>
}
