"""Links to other datasets: which were decided to be right, wrong or unclear, in SSSOM files, and what others bring."""
