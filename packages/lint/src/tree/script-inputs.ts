import type { Value } from '@gantry/workflow'
import { inputOf, type LintStep } from './lint-file.ts'

/** Inputs of actions that some shell or interpreter runs. */
const scriptInputs: readonly [action: RegExp, inputs: readonly string[]][] = [
  [/^actions\/github-script$/, ['script']],
  [/^azure\/(cli|powershell)$/, ['inlinescript']],
  [/^(nick-fields|nick-invision)\/retry$/, ['command', 'on_retry_command', 'new_command_on_retry']],
  [/^wandalen\/wretry\.action$/, ['command']],
  [/^appleboy\/ssh-action$/, ['script']],
  [/^(fifsky|garygrossgarten)\/(ssh-action|github-action-ssh)$/, ['command']],
  [/^addnab\/docker-run-action$/, ['run']],
  [/^uraimo\/run-on-arch-action$/, ['run', 'install', 'setup']],
  [/^vmactions\/[\w-]+-vm$/, ['run', 'prepare']],
  [/^cross-platform-actions\/action$/, ['run']],
  [/^(coactions\/setup-xvfb|gabrielbb\/xvfb-action)$/, ['run']],
  [/^reactivecircus\/android-emulator-runner$/, ['script', 'pre-emulator-launch-script']],
  [/^jannekem\/run-python-script-action$/, ['script']],
  [/^mikefarah\/yq$/, ['cmd']],
  [/^sergeysova\/jq-action$/, ['cmd']],
]

/** What a step runs: its own script, or an action's. */
function scriptsOf(step: LintStep): { value: Value; isRun: boolean }[] {
  const [, names = []] = scriptInputs.find(([action]) => action.test(step.uses?.action ?? '')) ?? []
  const inputs = names.flatMap(name => inputOf(step, name)?.value ?? []).map(value => ({ value, isRun: false }))
  return step.run ? [{ value: step.run, isRun: true }, ...inputs] : inputs
}

export const isScript = (step: LintStep, host: Value): boolean =>
  step.run === host || (step.uses !== undefined && scriptsOf(step).some(({ value }) => value === host))
