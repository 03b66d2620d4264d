import type { Incident, Issue, Line, Release, RunSummary } from '@gantry/core/api'
import { refInWords, shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { queries } from '../api/queries.ts'
import { isSha, type Thing } from './find-things.ts'
import { places } from './places.ts'

export interface Ways {
  rollBack: (environment: string) => void
  hold: (environment: string) => void
  resume: (environment: string) => void
  acknowledge: (incident: Incident) => void
}

/** Everything that can be opened or done here, and what the server knows of the words typed. */
export function useThings(typed: string, ways: Ways): Thing[] {
  const text = useDeferredValue(typed.trim())
  const { data: line } = useQuery(queries.line())
  const { data: runbooks } = useQuery(queries.runbooks())
  const { data: incidents } = useQuery(queries.incidents())
  return [
    ...places.map(({ name, to }) => ({ group: 'Go', text: name, path: to })),
    ...(line ? actsOn(line, ways) : []),
    ...(line ? servicesOf(line) : []),
    ...tracesOf(text),
    ...useReleases(text),
    ...useRuns(text),
    ...useIssues(text),
    ...(incidents?.incidents ?? []).map(({ number, title, state }) => ({
      group: 'Incidents',
      text: `Incident ${number}: ${title}`,
      words: state,
      path: `/incidents/${number}`,
    })),
    ...(runbooks?.runbooks ?? []).map(({ slug, title }) => ({
      group: 'Runbooks',
      text: `Runbook: ${title}`,
      words: slug,
      path: `/runbooks/${slug}`,
    })),
  ]
}

const shaIn = (text: string) => text.toLowerCase().split(/\s+/).find(isSha)
/** Whether it is kept is for its screen to say. */
function tracesOf(text: string): Thing[] {
  const trace = /(?:^|\s)([0-9a-f]{32})$/i.exec(text.replaceAll('-', ''))?.[1]?.toLowerCase()
  return trace === undefined ? [] : [{ group: 'Traces', text: `Trace ${trace}`, words: text, path: `/traces/${trace}` }]
}

const numberIn = (text: string) => /(?:^|[\s#])(\d{1,9})$/.exec(text)?.[1]

/** The newest, and the one that is called so, however old. */
function useReleases(text: string): Thing[] {
  const sha = shaIn(text)
  const { data: newest } = useQuery(queries.releases())
  const { data: named } = useQuery({ ...queries.release(sha ?? ''), enabled: sha !== undefined, retry: false })
  return onlyOnce([...(named ? [named] : []), ...(newest?.releases ?? [])]).map(releaseThing)
}

function useRuns(text: string): Thing[] {
  const [sha, number] = [shaIn(text), numberIn(text)]
  const { data: newest } = useQuery(queries.runs())
  const { data: ofCommit } = useQuery(queries.runs(sha ? { sha } : {}))
  const { data: numbered } = useQuery(queries.runs(number ? { number } : {}))
  return onlyOnce([ofCommit, numbered, newest].flatMap(page => page?.runs ?? [])).map(runThing)
}

/** The newest, the one with that number, and those the server finds by the words. */
function useIssues(text: string): Thing[] {
  const number = numberIn(text)
  const words = text.replace(/^issues?\s+/i, '')
  const isSearched = words.length >= 3 && !shaIn(text)
  const { data: newest } = useQuery(queries.issues({}, 20))
  const { data: numbered } = useQuery({ ...queries.issue(number ?? ''), enabled: number !== undefined, retry: false })
  const { data: found, isPlaceholderData } = useQuery({ ...queries.issues({ query: words }, 20), enabled: isSearched })
  // What was found by the words before these was not found by these.
  const matching = isSearched && found && !isPlaceholderData ? found.issues : []
  const all = onlyOnce([...matching, ...(numbered ? [numbered] : []), ...(newest?.issues ?? [])])
  // What the server found by the words is found here too, wherever in the issue they stand.
  return all.map(issue => issueThing(issue, matching.some(({ id }) => id === issue.id) ? words : ''))
}

const onlyOnce = <T extends { id: string }>(all: readonly T[]): T[] => [
  ...new Map(all.map(each => [each.id, each])).values(),
]

/** Each opens the dialog that says what will happen; only an acknowledgement is done at once, as its button does it. */
function actsOn({ environments, promotions, incidents }: Line, ways: Ways): Thing[] {
  const act = (text: string, words: string, what: Pick<Thing, 'act' | 'path' | 'sha'>): Thing => ({
    group: 'Act',
    text,
    words,
    ...what,
  })
  return [
    ...incidents
      .filter(({ state }) => state === 'open')
      .map(incident =>
        act(`Acknowledge incident ${incident.number}`, incident.title, { act: () => ways.acknowledge(incident) }),
      ),
    ...promotions.map(({ release, environment }) =>
      act(`Approve or reject ${shortSha(release)} for ${environment}…`, 'promote promotion review', {
        path: `/releases/${release}`,
        sha: release,
      }),
    ),
    ...environments
      .filter(({ canRollBack }) => canRollBack)
      .map(({ name }) => act(`Roll back ${name}…`, 'rollback undo', { act: () => ways.rollBack(name) })),
    ...environments
      .filter(({ hold, isProtected }) => isProtected && !hold)
      .map(({ name }) => act(`Hold promotions to ${name}…`, 'freeze stop', { act: () => ways.hold(name) })),
    ...environments
      .filter(({ hold }) => hold)
      .map(({ name }) => act(`Resume promotions to ${name}…`, 'hold held', { act: () => ways.resume(name) })),
  ]
}

function servicesOf({ services, cells }: Line): Thing[] {
  return services.flatMap(({ name, kind }) => {
    const service = encodeURIComponent(name)
    const words = `service ${kind}`
    const opened = cells.filter(cell => cell.service === name && cell.url)
    return [
      { group: 'Services', text: `Logs of ${name}`, words, path: `/logs?service=${service}` },
      { group: 'Services', text: `Issues of ${name}`, words, path: `/issues?q=service:${service}` },
      ...opened.map(({ environment, url }) => ({
        group: 'Services',
        text: `Open ${name} in ${environment}`,
        words,
        act: () => void window.open(url ?? '', '_blank', 'noreferrer'),
      })),
    ]
  })
}

const releaseThing = ({ id, title, author }: Pick<Release, 'id' | 'title' | 'author'>): Thing => ({
  group: 'Releases',
  text: `Release ${shortSha(id)}: ${title}`,
  words: author,
  sha: id,
  path: `/releases/${id}`,
})

const runThing = ({ id, number, workflowName, title, sha, ref, branch, author = '', actor }: RunSummary): Thing => ({
  group: 'Runs',
  text: `Run ${workflowName} ${number}: ${title}`,
  words: [refInWords(ref), branch, author, actor].join(' '),
  sha,
  path: `/runs/${id}`,
})

const issueThing = ({ number, title, culprit, service }: Issue, foundBy: string): Thing => ({
  group: 'Issues',
  text: `Issue ${number}: ${title}`,
  words: [culprit, service, foundBy].join(' '),
  path: `/issues/${number}`,
})
