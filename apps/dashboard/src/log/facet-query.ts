import type { LogFacets } from '@gantry/core/api'
import { queryOptions } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { ofProject } from '../project/current-project.ts'
import { serverNow } from '../ui/now.ts'
import { queryString } from '../ui/words.ts'
import { type LogSearch, logQuery } from './log-filter.ts'

/** What the found lines say, and how many say it. */
export const facetsOf = ({ line: _line, live: _live, columns: _columns, saved: _saved, ...filter }: LogSearch) =>
  queryOptions({
    queryKey: ['log-facets', filter],
    queryFn: ({ signal }) =>
      get<LogFacets>(ofProject(`/logs/facets${queryString(logQuery(filter, serverNow()))}`), signal),
    staleTime: 60_000,
  })
