export type { BuiltInAction } from './actions/define-action.ts'
export { builtinActions } from './actions/index.ts'
export { findOwnPnpm } from './actions/own-pnpm.ts'
export { writePnpmCommand } from './actions/pinned-pnpm.ts'
export { actionsFolder } from './actions/remote/action-store.ts'
export type { MissingAction } from './actions/remote/provide-actions.ts'
export { fetchChromium } from './browser/fetch-chromium.ts'
export { findChromium } from './browser/find-chromium.ts'
export { readWorkflow } from './file/read-workflow.ts'
export type {
  Concurrency,
  Finding,
  InputSpec,
  JobSpec,
  Position,
  StepSpec,
  Strategy,
  Trigger,
  Workflow,
} from './file/workflow.ts'
export * from './generate/index.ts'
export { workspaceGlob } from './glob/workspace-glob.ts'
export { findStep } from './job/only-step.ts'
export type { Standstill } from './job/standstill.ts'
export * from './lint/index.ts'
export { folderMemory } from './memory/folder-memory.ts'
export { planRun, type RunFacts, writeConcurrency } from './plan/plan-run.ts'
export { type Continued, continueRun } from './run/continue-run.ts'
export type { Approval, Decision, FailedStep, Grace, JobSecrets, Machine, RecalledTask, Source } from './run/machine.ts'
export { conclusionExitCode, runWorkflow } from './run/run-workflow.ts'
export { findSandbox } from './sandbox/find-sandbox.ts'
export { contentsOf } from './source/contents-of.ts'
export { gitSource } from './source/git-source.ts'
export { layChanges } from './source/lay-changes.ts'
export { workingTreeSource } from './source/working-tree-source.ts'
export { type TriggerEvent, type Triggered, triggeredBy } from './trigger/triggered-by.ts'
