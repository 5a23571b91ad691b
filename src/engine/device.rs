//! Where to compute: WebGPU if it is usable and faster, else the CPU; the choice in words.
