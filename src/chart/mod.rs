//! Pure geometry for charts: scales, ticks and paths. No drawing and no page: numbers in, numbers and SVG path data out.
