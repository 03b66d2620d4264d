import {
  type Ast,
  child,
  children,
  definitionOf,
  everyNode,
  isSet,
  only,
  opened,
  qualified,
  relationName,
  strings,
  textOf,
} from './ast.ts'
import { callOf } from './calls.ts'
import { contract, type Finding, unknown } from './finding.ts'
import { besides } from './forms.ts'
import { type Code, isMade, isNewTable, type Moment } from './schema-memory.ts'
import { argumentsOf, thingsMade } from './thing.ts'
import type { Verbs } from './verb.ts'

/** Statements that bring code into the database, or run it. */
export const codeVerbs: Verbs = {
  DoStmt: (body, moment, within) => {
    const { language, body: text } = codeOf(body, 'args')
    return within.sql(text, moment, language || 'plpgsql')
  },
  CallStmt: (body, moment, within) =>
    callOf(qualified(strings(children(child(body, 'funccall'), 'funcname'))), moment, within),
  ExecuteStmt: body => [unknown(`executes the prepared statement ${textOf(body, 'name')}`)],
  ExplainStmt: (body, moment, within) => {
    const runs = only(children(body, 'options'), 'DefElem').some(each => textOf(each, 'defname') === 'analyze')
    return runs ? within.node(child(body, 'query'), moment) : []
  },
  CreateFunctionStmt: (body, moment) => {
    const [thing = ''] = thingsMade('CreateFunctionStmt', body)
    return replaced(thing, functionDefinition(body), moment)
  },
  AlterFunctionStmt: (body, moment) => {
    const name = qualified(strings(children(child(body, 'func'), 'objname')))
    const isOwn = isMade(moment, `FUNCTION ${name}`) || isMade(moment, `PROCEDURE ${name}`)
    return isOwn ? [] : [unknown(`changes how function ${name} runs`)]
  },
  ViewStmt: (body, moment) => view(body, moment),
  CreateTrigStmt: (body, moment) => trigger(body, moment),
  CreateEventTrigStmt: body => [unknown(`runs a function at every ${textOf(body, 'eventname')}`)],
  AlterEventTrigStmt: body => [unknown(`turns event trigger ${textOf(body, 'trigname')} on or off`)],
  RuleStmt: (body, moment) => {
    const table = relationName(child(body, 'relation'))
    if (isNewTable(moment, table) || isMade(moment, `VIEW ${table}`)) return []
    return [contract(`rewrites what is asked of ${table} (rule ${textOf(body, 'rulename')})`, besides('the rule'))]
  },
}

/** Language and text of a function or a block. */
export function codeOf(body: Ast, field: 'args' | 'options'): Code {
  const options = only(children(body, field), 'DefElem')
  const argument = (name: string) => child(options.find(each => textOf(each, 'defname') === name) ?? {}, 'arg')
  const as = argument('as')
  const { type, body: inner } = opened(as)
  const text = type === 'String' ? textOf(inner, 'sval') : (strings(children(inner, 'items'))[0] ?? '')
  return { language: textOf(child(argument('language'), 'String'), 'sval').toLowerCase(), body: text }
}

/** Functions of one name with other arguments are others. */
const functionDefinition = (body: Ast): string => `(${argumentsOf(body)}) ${definitionOf(body)}`
const signature = (definition: string): string => definition.slice(0, definition.indexOf(')'))

/** What stands where another one stood does something else to whoever uses it, unless both say the same. */
function replaced(thing: string, definition: string, moment: Moment): Finding[] {
  const before = moment.known.things.get(thing)
  const isMadeHere = isMade(moment, thing)
  if (isMadeHere || before === definition) return []
  const what = words(thing)
  if (before !== undefined) {
    if (signature(before) !== signature(definition) && !moment.dropped.has(thing)) return []
    return [unknown(`changes what ${what} does for the release that serves`, besides(what))]
  }
  return moment.dropped.get(thing) === false ? [unknown(`puts another ${what} in its place`, besides(what))] : []
}

const words = (thing: string): string => {
  const [kind = '', ...name] = thing.split(' ')
  return `${kind.toLowerCase()} ${name.join(' ')}`
}

/** Postgres itself keeps the columns of a view that is replaced; which rows it answers is another matter. */
function view(body: Ast, moment: Moment): Finding[] {
  const name = relationName(child(body, 'view'))
  const thing = `VIEW ${name}`
  if (isMade(moment, thing)) return []
  const before = moment.known.things.get(thing)
  if (before === undefined) {
    return moment.dropped.get(thing) === false
      ? [unknown(`puts another view ${name} in its place`, besides('the view'))]
      : []
  }
  if (before === definitionOf(body)) return []
  const former: unknown = JSON.parse(before)
  const lost = columnsOf(former).filter(column => !columnsOf(body).includes(column))
  if (lost.length > 0) return [contract(`drops ${lost.join(', ')} from view ${name}`, besides('the view'))]
  return rowsOf(former) === rowsOf(body)
    ? []
    : [unknown(`changes which rows view ${name} answers`, besides('the view'))]
}

/** Names of what the outermost query answers, as written. */
const columnsOf = (view: unknown): string[] => {
  const [query = {}] = everyNode(view, 'SelectStmt')
  return only(children(query, 'targetList'), 'ResTarget').map(target => {
    const fields = children(child(child(target, 'val'), 'ColumnRef'), 'fields')
    return textOf(target, 'name') || (strings(fields).at(-1) ?? definitionOf(target))
  })
}

/** The query without what it answers of each row. */
const rowsOf = (view: unknown): string => {
  const [query = {}] = everyNode(view, 'SelectStmt')
  return definitionOf({ ...query, targetList: null })
}

function trigger(body: Ast, moment: Moment): Finding[] {
  const table = relationName(child(body, 'relation'))
  if (isNewTable(moment, table)) return []
  const [thing = ''] = thingsMade('CreateTrigStmt', body)
  if (moment.known.things.get(thing) === definitionOf(body)) return []
  const name = qualified(strings(children(body, 'funcname')))
  const isAgain = moment.known.things.has(thing) || moment.dropped.get(thing) === false
  const when = isSet(body, 'row') ? 'for each row' : 'at each statement'
  return [
    unknown(
      `${isAgain ? 'changes when' : 'from now on'} ${name}() runs ${when} that the release that serves writes into ${table}`,
      `Read ${name}(): where it only fills what is new and refuses nothing, say so above it: -- gantry:safe <why>`,
    ),
  ]
}
