/** A disk's name within its guest: `root` for the volume `db.root` of the guest `db`. */
export const volumeLabel = ({ name }: { readonly name: string }, guest: { readonly name: string }): string =>
  name.startsWith(`${guest.name}.`) ? name.slice(guest.name.length + 1) : name;
