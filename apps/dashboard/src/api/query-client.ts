import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './client.ts'

/** The live stream says what changed, so data is asked for again when it did, not by a clock. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      networkMode: 'always',
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ApiError && error.status === 0 && count < 2,
      retryDelay: attempt => 500 * 2 ** attempt,
    },
  },
})
