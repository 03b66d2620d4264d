import { defineCommand } from '../command/command.ts'
import { treeFacts } from '../local-run/git-facts.ts'
import { partOptions } from '../local-run/part-options.ts'

export const command = defineCommand({
  arguments: [{ name: '<file>', text: 'a workflow file' }],
  options: [
    { flags: '--event <name>', text: 'the event that starts it; needed when the file names several' },
    { flags: '--event-file <file>', text: 'JSON laid over the payload of the event' },
    { flags: '--input <name=value>', text: 'an input of workflow_dispatch', isRepeatable: true },
    { flags: '--secret-file <file>', text: 'secrets, as NAME=value lines; masked in everything printed' },
    ...partOptions,
    { flags: '--approve <environment>', text: 'let jobs into this environment', isRepeatable: true },
    { flags: '--yes', text: 'let jobs into every environment' },
    { flags: '--why', text: 'say of the workflow, each job and each step why it runs or does not' },
    { flags: '--shell', text: 'open a shell where a step fails, with its folder and environment' },
    { flags: '--keep', text: 'leave the workspaces and artifacts behind, to look at them' },
  ],
  details: `Runs the files as they are in the working tree. A job with an environment needs approval: on a terminal you are asked;
elsewhere name it with --approve. A job nobody approved waits, the run then ends without a conclusion, and the exit code is 1.
A run that failed is kept: --from-failed brings the files you changed into its working copies and goes on at the step that
failed, with the event and inputs it had. --step runs neither the steps before it, but for checkouts, nor the jobs needed, so that
what those would have handed on is empty; its \`if\` is not asked.
Otherwise: 0 success, 1 failed, 2 the file or the call is refused. With --json each event of the run is one line: a job
whole when it begins, waits and ends, in between each step that changes; the last one is {"kind":"result", …}.`,
  examples: [
    'run .github/workflows/deploy.yml --event push --approve staging',
    'run .github/workflows/e2e.yml --from-failed',
    'run .github/workflows/e2e.yml --job e2e --step 4',
    'run .github/workflows/rollback.yml --input environment=staging --input reason="a drill"',
  ],
  async run(call, host) {
    // git answers while the rest of Gantry is read. What goes wrong is thrown where it is waited for.
    const git = treeFacts(host.cwd)
    git.catch(() => undefined)
    const { runFile } = await import('../local-run/run-file.ts')
    return runFile(call, host, git)
  },
})
