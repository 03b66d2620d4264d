import { defineRule } from '../rule.ts'
import { hasEvent, type LintFile, type LintStep } from '../tree/lint-file.ts'
import { outsideVariableIn } from '../tree/outside-text.ts'
import { matchesIn } from '../tree/script-lines.ts'

export const githubEnv = defineRule({
  id: 'github-env',
  area: 'security',
  severity: 'warning',
  summary:
    'A workflow with secrets that writes what outsiders, a file or a command say into `GITHUB_ENV` or `GITHUB_PATH`.',
  why: 'A line break in that text sets `LD_PRELOAD` or `BASH_ENV`, and every later step runs what it names.',
  fix: 'Use a step output, which nothing but your own steps reads.',
  bad: [
    `
on: { workflow_run: { workflows: [ci], types: [completed] } }
jobs:
  comment:
    runs-on: ubuntu-latest
    steps:
      - run: cat pr/number.txt >> "$GITHUB_ENV" # ✗
      - run: echo "TITLE=$(cat pr/title.txt)" >> $GITHUB_ENV # ✗`,
    `
on: pull_request_target
jobs:
  comment:
    runs-on: ubuntu-latest
    env: { TITLE: "\${{ github.event.pull_request.title }}" }
    steps:
      - run: echo "$TITLE" >> $GITHUB_PATH # ✗
      - run: |
          printf '%s\\n' "\${TITLE}" | tee -a "$GITHUB_ENV" # ✗
          { echo "BODY<<END"; echo "$TITLE"; echo END; } >> "$GITHUB_ENV" # ✗`,
  ],
  good: [
    `
on: { workflow_run: { workflows: [ci], types: [completed] } }
jobs:
  comment:
    runs-on: ubuntu-latest
    steps:
      - run: echo "CI=true" >> "$GITHUB_ENV"
      - run: echo "$HOME/bin" >> "$GITHUB_PATH"
      - run: echo "number=$(cat pr/number.txt)" >> "$GITHUB_OUTPUT"`,
    `
- run: echo "VERSION=$(node -p 1)" >> "$GITHUB_ENV"`,
    `
on: pull_request_target
jobs:
  comment:
    runs-on: ubuntu-latest
    env: { TITLE: "\${{ github.event.pull_request.title }}", PLAIN: x }
    steps:
      - run: echo "$TITLE" >> "$GITHUB_STEP_SUMMARY"; echo "PLAIN=$PLAIN" >> "$GITHUB_ENV"`,
  ],
  check: file =>
    hasEvent(file, ...withSecrets)
      ? file.steps.flatMap(step =>
          matchesIn(file, step, /^(?<from>.*?)(>>?|\|\s*tee\s+(-a|--append)?)\s*["']?\$\{?(?<to>GITHUB_(ENV|PATH))\b/)
            .filter(({ match }) => isFromOutside(file, step, commandIn(match.groups?.['from'] ?? '')))
            .map(({ match, ...at }) => ({
              at,
              message: `expected fixed text in ${match.groups?.['to']}, got "${at.text}"`,
            })),
        )
      : [],
})

/** Started by outsiders, with the secrets of the repository. */
const withSecrets = [
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
]

/** The command that writes: the last of the line, unless they write together in `{ … }`. */
const commandIn = (line: string): string => (line.includes('{ ') ? line : (line.split(/;|&&|\|\|/).at(-1) ?? ''))

/** What a command or a file says, in a workflow that may hold another's files, or a variable with text from outside. */
function isFromOutside(file: LintFile, step: LintStep, from: string): boolean {
  if (outsideVariableIn(file, step, from) !== undefined) return true
  const hasForeignFiles = hasEvent(file, 'pull_request_target', 'workflow_run')
  return hasForeignFiles && /\$\(|`|^\s*(cat|jq|head|tail|grep|sed|curl|tr|cut|awk)\b/.test(from)
}
