/** In a virtual machine without KVM every command takes seconds; in milliseconds. */
export const patience = 1_200_000;
