import { type ProblemMatcher, readProblemMatchers } from './problem-matcher.ts'

/** What actions/setup-node registers on GitHub. */
export function toolkitMatchers(): readonly ProblemMatcher[] {
  known ??= readProblemMatchers(JSON.stringify(matchers))
  return known
}

let known: readonly ProblemMatcher[] | undefined

const matchers = {
  problemMatcher: [
    {
      owner: 'tsc',
      pattern: [
        {
          regexp:
            '^(?:\\s+\\d+\\>)?([^\\s].*)\\((\\d+)(?:,(\\d+)(?:,\\d+(?:,\\d+)?)?)?\\)\\s*:\\s+(error|warning|info)\\s+(\\w{1,2}\\d+)\\s*:\\s*(.*)$',
          file: 1,
          line: 2,
          column: 3,
          severity: 4,
          code: 5,
          message: 6,
        },
      ],
    },
    {
      owner: 'eslint-stylish',
      pattern: [
        { regexp: '^\\s*([^\\s].*)$', file: 1 },
        {
          regexp: '^\\s+(\\d+):(\\d+)\\s+(error|warning|info)\\s+(.*)\\s\\s+(.*)$',
          line: 1,
          column: 2,
          severity: 3,
          message: 4,
          code: 5,
          loop: true,
        },
      ],
    },
    {
      owner: 'eslint-compact',
      pattern: [
        {
          // GitHub's own file has slashes around it, with which it never matches.
          regexp: '^(.+):\\sline\\s(\\d+),\\scol\\s(\\d+),\\s(Error|Warning|Info)\\s-\\s(.+)\\s\\((.+)\\)$',
          file: 1,
          line: 2,
          column: 3,
          severity: 4,
          message: 5,
          code: 6,
        },
      ],
    },
  ],
}
