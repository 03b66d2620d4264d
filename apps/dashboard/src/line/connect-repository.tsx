import type { Line } from '@gantry/core/api'
import { Command } from '../ui/command.tsx'

/** What to type to get a repository of one's own onto the line. */
export function ConnectRepository({ line }: { line: Pick<Line, 'gitRemote' | 'dsn'> }) {
  return (
    <ol className="list-decimal space-y-3 pl-5 marker:text-muted">
      <li>
        <p>Name this Gantry as a remote of your monorepo:</p>
        <Command text={`git remote add gantry ${line.gitRemote}`} />
      </li>
      <li>
        <p>Push a branch: its checks run here, from your own workflow files.</p>
        <Command text="git push gantry HEAD:first-steps" />
      </li>
      <li>
        <p>When they pass, push the same commit to main: it is built once and goes to staging.</p>
        <Command text="git push gantry HEAD:main" />
      </li>
      <li>
        <p>Send errors of your services here: give any Sentry SDK this address.</p>
        <Command text={line.dsn} />
      </li>
    </ol>
  )
}
