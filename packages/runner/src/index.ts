export {
  artifactFacts,
  artifactNames,
  checkArtifactName,
  runArtifacts,
  storeFolder,
} from './actions/artifact-store.ts'
export type { BuiltInAction } from './actions/define-action.ts'
export { builtinActions } from './actions/index.ts'
export { findOwnPnpm } from './actions/own-pnpm.ts'
export { packFolder, unpackInto } from './actions/packed-folder.ts'
export { writePnpmCommand } from './actions/pinned-pnpm.ts'
export { actionsFolder } from './actions/remote/action-store.ts'
export type { MissingAction } from './actions/remote/missing-action.ts'
export { fetchChromium } from './browser/fetch-chromium.ts'
export { findChromium } from './browser/find-chromium.ts'
export { machineEnvironment } from './home/machine-environment.ts'
export { findStep } from './job/only-step.ts'
export type { Standstill } from './job/stood-at.ts'
export { type JobLimits, readLimits } from './limits/job-limits.ts'
export { type Continued, continueRun } from './run/continue-run.ts'
export type { JobExecutor, PlannedJob } from './run/job-executor.ts'
export type {
  Approval,
  Decision,
  FailedStep,
  Grace,
  JobSecrets,
  Machine,
  RunHost,
  Source,
} from './run/machine.ts'
export { onThisMachine } from './run/on-this-machine.ts'
export { provideRun } from './run/provide-run.ts'
export { conclusionExitCode, runWorkflow, scheduleRun } from './run/run-workflow.ts'
export { findSandbox } from './sandbox/find-sandbox.ts'
export type { SandboxWalls } from './sandbox/walls.ts'
export { labelsOf, orderOf } from './service/order.ts'
export { writeOwnCommands } from './service/own-commands.ts'
export { runnerMain } from './service/runner-main.ts'
export type { RunnerSettings } from './service/runner-settings.ts'
export { type RunningRunner, startRunner } from './service/start-runner.ts'
export { wallsAround } from './service/walls-around.ts'
export { contentsOf } from './source/contents-of.ts'
export { gitSource } from './source/git-source.ts'
export { layChanges } from './source/lay-changes.ts'
export { workingTreeSource } from './source/working-tree-source.ts'
