import type { ReactNode } from 'react';

/** A table that scrolls by itself where the screen is too narrow for it, by keyboard too. */
export const WideTable = ({ minWidth, children }: { minWidth: number; children: ReactNode }) => (
  <div className="wide" tabIndex={0} role="group" aria-label="Table">
    <div style={{ minWidth }}>{children}</div>
  </div>
);
