//! The students of a run, in courses that go in step: one for all of them, or two where a pool without labels gives those
//! who ask the teacher more to learn from than the others; more where a [crew](crate::engine::parallel::pool) shares them.

use crate::engine::network::{HostWeights, Stack};
use crate::engine::parallel::pool::{Answer, Asked, Crew, Lost, Order};
use crate::engine::session::supervision::Syllabus;
use crate::engine::session::training_run::{Course, Source};
use crate::protocol::Anatomy;
use burn::tensor::Device;
use std::ops::Range;

/// One course and its students: those arms in those replicates.
pub struct Group {
    /// Numbers of its replicates.
    pub replicates: Range<usize>,
    /// Places of its arms among all arms of the run.
    pub arms: Vec<usize>,
    /// The course. Where another trains it, it is as of when that one last told of it.
    pub course: Course,
    /// Number of the crew's hand who trains it, where it is not trained here.
    pub hand: Option<usize>,
}

impl Group {
    /// Puts networks in the place of its own.
    fn take(&mut self, weights: &[HostWeights], device: &Device) {
        let Some(first) = weights.first() else { return };
        let ends = first.iter().map(|(_, bias)| bias.len());
        let [_, inputs, _] = self.course.stack.layers[0].weight.dims();
        let widths: Vec<usize> = std::iter::once(inputs).chain(ends).collect();
        self.course.stack = Stack::of(&widths, &weights.iter().collect::<Vec<_>>(), self.arms.len(), device);
    }
}

/// The students.
pub struct Cohort {
    /// The courses; every student is in one of them. The first has the first student, and is trained here.
    pub groups: Vec<Group>,
    /// What they draw from, where that is not the training set.
    pub source: Option<Source>,
    /// Examples of a replicate, those that are labelled and those that are not.
    pub examples: (usize, usize),
    replicates: usize,
}

impl Cohort {
    /// Students that have not begun.
    pub fn new(groups: Vec<Group>, source: Option<Source>, examples: (usize, usize), replicates: usize) -> Self {
        Self { groups, source, examples, replicates }
    }

    /// Steps taken.
    pub fn step(&self) -> usize {
        self.groups.first().map_or(0, |group| group.course.step)
    }

    /// True when there is no step left.
    pub fn finished(&self) -> bool {
        self.groups.iter().all(|group| group.course.finished())
    }

    /// True when some of them are trained elsewhere.
    pub fn shared(&self) -> bool {
        self.groups.iter().any(|group| group.hand.is_some())
    }

    /// Workers that train them, this one among them.
    pub fn workers(&self) -> usize {
        1 + self.groups.iter().filter_map(|group| group.hand).max().map_or(0, |last| last + 1)
    }

    /// Other recipes from the next step on.
    pub fn supervise(&mut self, syllabus: impl Fn(&Group) -> Syllabus, crew: Option<&Crew>, device: &Device) {
        let mut away = vec![Vec::new(); crew.map_or(0, Crew::hands)];
        for group in &mut self.groups {
            let syllabus = syllabus(group);
            if let Some(told) = group.hand.and_then(|hand| away.get_mut(hand)) {
                told.push(syllabus.clone());
            }
            group.course.supervise(syllabus, device);
        }
        if let Some(crew) = crew.filter(|_| self.shared()) {
            crew.tell(away.into_iter().map(Order::Supervise));
        }
    }

    /// Losses read last, `[R][A]` in one row.
    pub fn losses(&self) -> Vec<f32> {
        self.merged(self.groups.iter().map(|group| group.course.losses.clone()).collect())
    }

    /// The stacks of the courses.
    pub fn stacks(&self) -> Vec<&Stack> {
        self.groups.iter().map(|group| &group.course.stack).collect()
    }

    /// The stacks that are trained here.
    pub fn own_stacks(&self) -> Vec<&Stack> {
        self.groups.iter().filter(|group| group.hand.is_none()).map(|group| &group.course.stack).collect()
    }

    /// Groups of a hand, in the order of its shares.
    fn of_hand(&mut self, hand: usize) -> impl Iterator<Item = (usize, &mut Group)> {
        self.groups.iter_mut().enumerate().filter(move |(_, group)| group.hand == Some(hand))
    }

    /// Waits for the crew's steps: notes how far its courses are, and gives the anatomies that were asked for, by group.
    ///
    /// # Errors
    /// [`Lost`]
    pub async fn hear(&mut self, crew: &Crew, asked: Asked) -> Result<Vec<(usize, Vec<Anatomy>)>, Lost> {
        let mut apart = Vec::new();
        for hand in 0..crew.hands() {
            let Answer::Advanced(shares) = crew.answer(hand, asked).await? else { return Err(Lost) };
            for ((i, group), progress) in self.of_hand(hand).zip(shares) {
                (group.course.step, group.course.losses) = (progress.step, progress.losses);
                apart.extend(progress.anatomy.map(|anatomy| (i, anatomy)));
            }
        }
        Ok(apart)
    }

    /// Waits for what the crew has measured, and puts it in its place among `own`, the logits of the stacks that are
    /// trained here: those of every group.
    ///
    /// # Errors
    /// [`Lost`]
    pub async fn measured(
        &mut self,
        crew: &Crew,
        asked: Asked,
        own: Vec<Vec<Vec<f32>>>,
        device: &Device,
    ) -> Result<Vec<Vec<Vec<f32>>>, Lost> {
        let mut all = vec![Vec::new(); self.groups.len()];
        let here = self.groups.iter().zip(&mut all).filter(|(group, _)| group.hand.is_none());
        here.zip(own).for_each(|((_, place), logits)| *place = logits);
        for hand in 0..crew.hands() {
            let Answer::Measured(shares) = crew.answer(hand, asked).await? else { return Err(Lost) };
            for ((i, group), share) in self.of_hand(hand).zip(shares) {
                group.take(&share.weights, device);
                all[i] = share.logits;
            }
        }
        Ok(all)
    }

    /// Brings the copies of what the crew trains up to date.
    ///
    /// # Errors
    /// [`Lost`]
    pub async fn refresh(&mut self, crew: &Crew, device: &Device) -> Result<(), Lost> {
        let asked = crew.tell((0..crew.hands()).map(|_| Order::Tell));
        for hand in 0..crew.hands() {
            let Answer::Told(shares) = crew.answer(hand, asked).await? else { return Err(Lost) };
            self.of_hand(hand).zip(shares).for_each(|((_, group), weights)| group.take(&weights, device));
        }
        Ok(())
    }

    /// What the courses have said of their students, each `[R'][A']` in one row, as `[R][A]`; empty while one is.
    pub fn merged<T: Clone>(&self, of_groups: Vec<Vec<T>>) -> Vec<T> {
        self.merged_first(of_groups, self.replicates)
    }

    /// The same of the first so many replicates.
    pub fn merged_first<T: Clone>(&self, of_groups: Vec<Vec<T>>, replicates: usize) -> Vec<T> {
        let arms = self.groups.iter().flat_map(|group| &group.arms).max().map_or(0, |last| last + 1);
        let value = |r: usize, arm: usize| {
            self.groups.iter().zip(&of_groups).find_map(|(group, said)| {
                let place = group.arms.iter().position(|&a| a == arm)?;
                let replicate = group.replicates.contains(&r).then(|| r - group.replicates.start)?;
                said.get(replicate * group.arms.len() + place)
            })
        };
        let all = (0..replicates).flat_map(|r| (0..arms).map(move |arm| (r, arm)));
        all.map(|(r, arm)| value(r, arm).cloned()).collect::<Option<Vec<T>>>().unwrap_or_default()
    }
}
