"""What was made of data once and is kept between runs: unpacked archives, tables in columns."""
