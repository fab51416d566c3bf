// Where the turn of a refused order lies.

/**
 * Nothing is ever deleted from the table, so turns lie in as many items as five hexadecimal digits tell
 * apart: of two orders with the same last digits the later takes the place, and the earlier is given another
 * turn.
 */
export const turnPlace = (orderId: string): string => orderId.slice(-5);
