export { callInputs, callOutputs } from './call/call-values.ts'
export { checkCall } from './call/check-call.ts'
export { excessPermission } from './call/excess-permission.ts'
export { githubContext, numericRunId } from './context/github-context.ts'
export { jobStatus, jobsOf, needsContext, resultOf, type Tolerated } from './context/needs-context.ts'
export { evaluateEnv, evaluateNumber, evaluateSwitch, evaluateTree } from './expression/evaluate-tree.ts'
export {
  evaluateCondition,
  evaluateTemplate,
  isTruthy,
  parseExpression,
  type Scope,
  splitTemplate,
  type TemplatePart,
  toText,
} from './expression/expression.ts'
export { CaseSensitive, fromData } from './expression/expression-data.ts'
export { namedValues } from './expression/named-values.ts'
export { unfitMachine } from './file/check-runs-on.ts'
export { filterKeysOf, isIgnoredFilter } from './file/github-events.ts'
export { type ParsedYaml, parseYaml } from './file/parse-yaml.ts'
export { type LocalAction, readAction } from './file/read-action.ts'
export { nameOf } from './file/read-control-step.ts'
export { readCalledWorkflow, readWorkflow } from './file/read-workflow.ts'
export { parseRemoteUses, type RemoteUses } from './file/remote-uses.ts'
export { checkSchema, type Refusal } from './file/schema/check-schema.ts'
export {
  type Field,
  fieldOf,
  fieldsOf,
  isEmpty,
  itemsOf,
  type MapValue,
  type ScalarValue,
  type Span,
  scalarsBelow,
  textOf,
  type Value,
  valueAt,
  valueTree,
} from './file/value.ts'
export type {
  Call,
  Concurrency,
  Finding,
  InputSpec,
  JobSpec,
  Position,
  StepSpec,
  Strategy,
  Templated,
  Trigger,
  Workflow,
} from './file/workflow.ts'
export { compileExpression, type LinearPattern, NotLinear } from './glob/linear-pattern.ts'
export { type PathPattern, readPattern } from './glob/path-pattern.ts'
export { workspaceGlob } from './glob/workspace-glob.ts'
export { planJob, planRun, type RunFacts, unfoldJob, writeConcurrency } from './plan/plan-run.ts'
export { filterPattern } from './trigger/filter-pattern.ts'
export { type TriggerEvent, type Triggered, triggeredBy } from './trigger/triggered-by.ts'
export { newestFirst, satisfiesRange } from './version/version-range.ts'
export { explainCondition } from './why/explain-condition.ts'
