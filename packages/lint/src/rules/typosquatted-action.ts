import { defineRule } from '../rule.ts'

export const typosquattedAction = defineRule({
  id: 'typosquatted-action',
  area: 'security',
  severity: 'error',
  summary: 'An action whose owner is nearly one everybody uses.',
  why: 'Somebody registers `action/checkout` and waits for whoever mistypes it: their code runs with your token.',
  fix: 'Write the owner that was meant.',
  bad: [
    `
- uses: action/checkout@v4 # ✗
- uses: actons/setup-node@v4 # ✗
- uses: dokcer/login-action@v3 # ✗`,
  ],
  good: [
    `
- uses: actions/checkout@v4
- uses: action-x/checkout@v4
- uses: dorny/paths-filter@v3
- uses: ./actions/checkout`,
  ],
  check: file =>
    [...file.steps, ...file.jobs].flatMap(({ uses }) => {
      if (uses?.kind !== 'remote') return []
      const [owner = ''] = uses.repository.split('/')
      const meant = owners.includes(owner) ? undefined : owners.find(known => isOneSlip(owner, known))
      if (meant === undefined) return []
      return [{ at: uses, message: `expected ${meant}, as everybody writes it, got "${owner}"` }]
    }),
})

/** Owners of the actions in most workflows, with names long enough that another one a slip away is no accident. */
const owners = [
  ...['actions', 'github', 'docker', 'changesets', 'aws-actions', 'google-github-actions', 'softprops', 'codecov'],
  ...[
    'peter-evans',
    'hashicorp',
    'swatinem',
    'astral-sh',
    'pulumi',
    'goreleaser',
    'cloudflare',
    'superfly',
    'supabase',
  ],
]

/** One letter more, less or another, or two that changed places. */
function isOneSlip(word: string, known: string): boolean {
  if (Math.abs(word.length - known.length) > 1 || known.length < 6) return false
  let from = 0
  while (from < word.length && word[from] === known[from]) from++
  const [rest, other] = [word.slice(from), known.slice(from)]
  if (rest.slice(1) === other || rest === other.slice(1) || rest.slice(1) === other.slice(1)) return true
  return rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2)
}
