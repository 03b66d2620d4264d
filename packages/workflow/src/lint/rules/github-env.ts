import { defineRule } from '../rule.ts'
import { hasEvent } from '../tree/lint-file.ts'
import { matchesIn } from '../tree/script-lines.ts'

export const githubEnv = defineRule({
  id: 'github-env',
  area: 'security',
  severity: 'warning',
  summary: 'A workflow with secrets that writes what a file or a command says into `GITHUB_ENV` or `GITHUB_PATH`.',
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
  ],
  check: file =>
    hasEvent(file, 'pull_request_target', 'workflow_run')
      ? file.steps.flatMap(step =>
          matchesIn(file, step, /^(?<from>.*?)(>>?|\|\s*tee\s+(-a|--append)?)\s*["']?\$\{?(?<to>GITHUB_(ENV|PATH))\b/)
            .filter(({ match }) =>
              /\$\(|`|^\s*(cat|jq|head|tail|grep|sed|curl|tr|cut|awk)\b/.test(match.groups?.['from'] ?? ''),
            )
            .map(({ match, ...at }) => ({
              at,
              message: `expected fixed text in ${match.groups?.['to']}, got "${at.text}"`,
            })),
        )
      : [],
})
