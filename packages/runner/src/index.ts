export {
  artifactFacts,
  artifactNames,
  checkArtifactName,
  digestOf,
  runArtifacts,
  storeFolder,
} from './actions/artifact-store.ts'
export { cacheFolder } from './actions/cache/cache-folder.ts'
export type { BuiltInAction } from './actions/define-action.ts'
export { builtinActions } from './actions/index.ts'
export { findOwnPnpm } from './actions/own-pnpm.ts'
export { packFolder, unpackInto } from './actions/packed-folder.ts'
export { writePnpmCommand } from './actions/pinned-pnpm.ts'
export { actionsFolder } from './actions/remote/action-store.ts'
export { fetchChromium } from './browser/fetch-chromium.ts'
export { findChromium } from './browser/find-chromium.ts'
export { type JobLimits, readLimits } from './limits/job-limits.ts'
export * from './local.ts'
export { Masker } from './output/masker.ts'
export type { JobExecutor, PlannedJob } from './run/job-executor.ts'
export { onThisMachine } from './run/on-this-machine.ts'
export { provideRun } from './run/provide-run.ts'
export { scheduleRun } from './run/run-workflow.ts'
export { findSandbox } from './sandbox/find-sandbox.ts'
export type { SandboxWalls } from './sandbox/walls.ts'
export { labelsOf, orderOf } from './service/order.ts'
export { runnerMain } from './service/runner-main.ts'
export type { RunnerSettings } from './service/runner-settings.ts'
export { type RunningRunner, startRunner } from './service/start-runner.ts'
export { wallsAround } from './service/walls-around.ts'
export { gitSource } from './source/git-source.ts'
