import { join } from 'node:path'
import type { Sandbox } from '@gantry/core'
import { machineEnvironment } from '@gantry/runner'
import type { Environment } from '../environment.ts'
import type { ProjectFolders } from '../home/home.ts'
import { writeJobCommands } from './job-environment.ts'
import { jobSandbox } from './job-sandbox.ts'

/** What of this machine every job gets. */
export interface JobMachine {
  env: Record<string, string>
  /** A folder for the front of PATH. */
  commands: string
  sandbox: Sandbox | undefined
}

export async function jobMachine(
  environment: Environment,
  folders: ProjectFolders,
  say: (line: string) => void,
): Promise<JobMachine> {
  const env = machineEnvironment(environment.all)
  const commands = await writeJobCommands(join(folders.home, 'actions', 'bin'), folders.toolCache)
  return { env, commands, sandbox: await jobSandbox(environment, folders, { commands, env }, say) }
}
