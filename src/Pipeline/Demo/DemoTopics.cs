namespace Alignment.Pipeline.Demo;

/// <summary>
/// What the demo corpus talks about: some real animals and thousands of invented ones, so that a model can only learn to copy
/// the word that it was asked about. A hundred real animals are left out of everything, for questions by hand.
/// </summary>
internal sealed class DemoTopics
{
    private const string Animals =
        "fox wolf bear deer hare otter badger beaver weasel ferret stoat marten mole shrew vole mouse rat squirrel hamster gerbil rabbit hedgehog bat seal "
        + "walrus whale dolphin porpoise shark ray eel cod trout salmon carp pike perch herring tuna mackerel sardine flounder halibut sole bass bream tench "
        + "catfish goldfish seahorse squid octopus crab lobster shrimp prawn krill snail slug clam mussel oyster limpet urchin starfish coral sponge jellyfish "
        + "worm leech spider scorpion tick mite ant bee wasp hornet beetle ladybug moth butterfly dragonfly cricket locust mantis termite flea louse gnat midge "
        + "mosquito cicada aphid toad frog newt salamander lizard gecko iguana skink chameleon snake viper cobra python adder turtle tortoise crocodile "
        + "alligator eagle hawk falcon kite buzzard osprey owl raven crow rook jackdaw magpie jay robin wren sparrow finch linnet lark swallow swift martin "
        + "starling thrush blackbird cuckoo dove pigeon parrot macaw cockatoo budgie canary heron stork crane egret ibis flamingo pelican gull tern puffin "
        + "penguin albatross duck goose swan teal grebe coot moorhen quail pheasant partridge grouse turkey peacock ostrich emu kiwi lion tiger leopard jaguar "
        + "lynx puma cheetah hyena jackal coyote dingo zebra horse donkey mule camel llama alpaca giraffe elephant rhino hippo moose elk caribou bison buffalo "
        + "yak goat sheep ibex chamois gazelle antelope monkey baboon gibbon gorilla lemur sloth armadillo anteater aardvark kangaroo wallaby koala wombat "
        + "possum platypus panda raccoon skunk mongoose meerkat";

    private static readonly string[] Onsets =
    [
        "b", "bl", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "l", "m", "n", "p", "ph", "pl", "pr", "qu", "r",
        "s", "sc", "sh", "sk", "sl", "sn", "sp", "st", "sw", "t", "th", "tr", "v", "w", "wh", "y", "z",
    ];

    private static readonly string[] Vowels = ["a", "a", "e", "e", "i", "i", "o", "o", "u", "u", "ai", "ea", "ee", "oa", "oo", "ou", "y"];

    private static readonly string[] Codas =
        ["", "", "", "b", "ck", "d", "g", "k", "l", "ll", "m", "n", "nd", "ng", "nt", "p", "r", "rk", "rn", "rt", "s", "sh", "sk", "st", "t", "th", "x"];

    private DemoTopics(string[] training, string[] evaluation)
    {
        Training = training;
        Evaluation = evaluation;
    }

    /// <summary>Topics that may occur in training.</summary>
    public IReadOnlyList<string> Training { get; }

    /// <summary>Topics of the evaluation prompts, none of which is among <see cref="Training"/>.</summary>
    public IReadOnlyList<string> Evaluation { get; }

    /// <summary>Chooses the topics.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="evaluation">How many names to invent for evaluation; as many real animals are left out.</param>
    /// <param name="invented">How many names to invent for training.</param>
    public static DemoTopics Create(DemoRandom random, int evaluation, int invented)
    {
        string[] animals = random.Shuffle(Animals.Split(' '));
        HashSet<string> taken = [.. animals, .. DemoWriter.Words];
        string[] names = Invent(random, invented, taken);
        return new DemoTopics([.. animals[evaluation..], .. names], Invent(random, evaluation, taken));
    }

    private static string[] Invent(DemoRandom random, int count, HashSet<string> taken)
    {
        var names = new List<string>();
        while (names.Count < count)
        {
            string name = Invent(random);
            if (name.Length is >= 3 and <= 9 && taken.Add(name))
            {
                names.Add(name);
            }
        }

        return [.. names];
    }

    private static string Invent(DemoRandom random)
    {
        int syllables = 1 + random.Below(2) + random.Below(2);
        string name = "";
        for (int i = 0; i < syllables; i++)
        {
            name += (i == 0 && random.Percent(12) ? "" : random.Pick(Onsets)) + random.Pick(Vowels) + (i == syllables - 1 ? random.Pick(Codas) : "");
        }

        return name;
    }
}
