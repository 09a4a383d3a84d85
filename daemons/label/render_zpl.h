/*
 * A label for a thermal printer: ZPL II with one picture, so that no font of
 * the printer's is needed and nothing of a name or an address is a command.
 */
#ifndef RECARD_RENDER_ZPL_H
#define RECARD_RENDER_ZPL_H

struct buffer;
struct raster;

/*
 * Appends the picture as one label: ^PW and ^LL set its size, ^GFA brings
 * the dots, a bit each, rows of whole bytes as hexadecimal with runs written
 * as letters (G to Y: 1 to 19 times, g to z: 20 to 400 times) and ":" for a
 * row like the one above (ZPL II programming guide, alternative data
 * compression).
 */
void render_zpl(const struct raster *raster, struct buffer *out);

#endif
