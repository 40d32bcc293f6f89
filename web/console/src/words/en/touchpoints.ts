/** What people call touchpoints and channels where it is not their name with spaces. */
export const touchpoints = {
  types: { ar_view: 'AR view' } as Record<string, string>,
  channels: { email: 'E-mail', tv: 'TV' } as Record<string, string>,
}
