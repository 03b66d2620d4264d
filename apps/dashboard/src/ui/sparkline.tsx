import { percent } from '@gantry/core/words'

/** Failed share of requests over time. A bar per value; where there is no data there is a dot on the floor, never a 0. */
export function Sparkline({ values, label }: { values: (number | null)[]; label: string }) {
  if (values.length === 0) return null
  const top = Math.max(0.05, ...values.map(value => value ?? 0))
  const newest = values.findLast(value => value !== null) ?? null
  const width = 3
  return (
    <svg
      role="img"
      aria-label={`${label}: newest ${percent(newest)}`}
      viewBox={`0 0 ${values.length * width} 16`}
      className="h-4 w-full max-w-28"
      preserveAspectRatio="none"
    >
      {values.map((value, index) => {
        const height = value === null ? 1 : Math.max(1.5, (value / top) * 16)
        const tone = value === null ? 'fill-edge' : value > 0.05 ? 'fill-bad-solid' : 'fill-unknown-solid'
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a place in time has no other name
            key={index}
            x={index * width}
            y={16 - height}
            width={width - 1}
            height={height}
            className={`bar ${tone}`}
          />
        )
      })}
    </svg>
  )
}
