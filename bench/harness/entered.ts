import type { Machine, Report } from './report'

/**
 * The rows of a new report among those of an earlier one, in the order of `names`; what was measured anew replaces the old. Figures of
 * another machine, or of other versions, are left behind.
 */
export function entered(report: Report, earlier: Report, names: readonly string[]): Report {
  if (!sameMachine(report, earlier)) return report
  const byName = new Map([...earlier.rows, ...report.rows].map((row) => [row.name, row]))
  return {
    ...report,
    // The busiest of them all is what has to be said.
    machine: { ...report.machine, loadBefore: Math.max(report.machine.loadBefore, earlier.machine.loadBefore) },
    rows: names.flatMap((name) => byName.get(name) ?? []),
    overhead: report.overhead ?? earlier.overhead,
  }
}

/** Whether the figures of both may stand in one table. */
export const sameMachine = (one: Pick<Report, 'machine'>, other: Pick<Report, 'machine'>): boolean => describe(one.machine) === describe(other.machine)

const describe = ({ loadBefore: _busy, ...machine }: Machine): string => JSON.stringify(machine)
