import type { Check } from '@gantry/core/api'

/** A bar per check, as tall as it took; a failed one is a full bar with a gap, so that it shows without colour. */
export function CheckBars({ checks, label }: { checks: Check[]; label: string }) {
  if (checks.length === 0) return null
  const slowest = Math.max(50, ...checks.map(({ latencyMs }) => latencyMs))
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${checks.length * 4} 20`}
      className="h-5 w-full max-w-56"
      preserveAspectRatio="none"
    >
      {checks.map(({ at, isOk, latencyMs }, index) =>
        isOk ? (
          <rect
            key={at}
            x={index * 4}
            y={20 - Math.max(3, (latencyMs / slowest) * 14)}
            width={3}
            height={Math.max(3, (latencyMs / slowest) * 14)}
            className="bar fill-ok-solid"
          />
        ) : (
          <g key={at} className="bar fill-bad-solid">
            <rect x={index * 4} y={0} width={3} height={8} />
            <rect x={index * 4} y={11} width={3} height={9} />
          </g>
        ),
      )}
    </svg>
  )
}
