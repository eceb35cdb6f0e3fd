/** The mark: a drop above a pool. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="21" cy="6.5" r="3.4" fill="none" stroke="var(--rp-accent)" strokeWidth="2.6" />
      <path
        d="M2 14c3.5 0 4 3.5 7.5 3.5S14 13 17.5 13s3.7 3.6 7 3.6c2.700 0 3.200-1.600 5.500-1.600v2.500A12.500 12.500 0 0 1 17.500 30h-3A12.500 12.500 0 0 1 2 17.500z"
        fill="var(--rp-accent)"
      />
    </svg>
  );
}
