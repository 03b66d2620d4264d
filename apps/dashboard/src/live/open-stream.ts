export const openStream = (lastId: string | null, signal: AbortSignal): Promise<Response> =>
  fetch('/api/v1/stream', {
    headers: { accept: 'text/event-stream', ...(lastId !== null && { 'last-event-id': lastId }) },
    cache: 'no-store',
    signal,
  })
