import type { RepositoryFacts } from '../repository.ts'
import { type Service, servicesOf } from '../services.ts'
import { type Task, taskNames } from '../task.ts'

/** What a machine does not judge well, by service. */
export function qaChecklist(facts: RepositoryFacts, tasks: readonly Task[]): string {
  const services = servicesOf(facts)
  const unwatched = taskNames.filter(name => !tasks.some(task => task.name === name))
  return [
    '# Checklist for people',
    '',
    'What a machine does not judge well. Go through the parts a change touches; before a release, through all.',
    ...(unwatched.length === 0 ? [] : ['', `No machine does this here yet, so look twice: ${unwatched.join(', ')}.`]),
    ...services.flatMap(section),
    ...(services.length === 0 ? library : []),
    '',
    '## Every change',
    '',
    '- [ ] What the pull request promises is there, and nothing else moved',
    '- [ ] What goes wrong says so in words a user understands',
    '- [ ] No secret is in the code, in a log line or in an address',
    '',
  ].join('\n')
}

const library = [
  '',
  '## What is published',
  '',
  '- [ ] The changelog says what changes for those who use it',
  '- [ ] The packed files are those meant to be: `npm pack --dry-run`',
  '- [ ] The example in the README runs against the packed files',
]

function section({ name, framework, isPage, health, deploy }: Service): string[] {
  const heading = ['', `## ${name} (${framework})`, '']
  if (deploy['migrations'] !== undefined) {
    return [...heading, '- [ ] Migrations ran on a copy with real amounts of data, and how long they took is known']
  }
  if (!isPage) {
    return [
      ...heading,
      ...(health === undefined ? ['- [ ] It has a path that says whether it can take requests'] : []),
      '- [ ] What it answered before, it still answers: fields may be added, never taken away',
      '- [ ] A wrong request gets a 4xx with a reason, never a 500',
      '- [ ] Nobody sees what belongs to somebody else',
    ]
  }
  return [
    ...heading,
    '- [ ] The way most people take works from beginning to end, signed in and not',
    '- [ ] Keyboard only: everything can be reached, and the focus is visible',
    '- [ ] At 320 px width and at 400 % zoom nothing is cut off',
    '- [ ] Slow or no network: it says what it waits for',
    '- [ ] Nothing new in the console',
  ]
}
