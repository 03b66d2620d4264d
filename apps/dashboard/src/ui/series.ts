/** The look of the n-th thing a chart tells apart: a colour that no state has, every other one hatched. */
const seriesLooks = ['bg-series-1', 'bg-series-2 hatched', 'bg-series-3', 'bg-series-4 hatched', 'bg-series-5'] as const
/** What is none of those: all others, what says nothing. */
export const restLook = 'bg-control'

export const seriesLook = (index: number): string => seriesLooks[index % seriesLooks.length] ?? restLook
