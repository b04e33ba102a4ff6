/** The names of JAX that this library means to have, as JAX spells them, by module and by how soon they are missed. */

/** P0: needed by a first course. P1: missed in the first week. */
export type Priority = 'P0' | 'P1';

export interface NameList {
  readonly list: string;
  readonly priority: Priority;
  /** Where the names stand on the public face, the likeliest first; the root is `fluxion`. */
  readonly faces: readonly string[];
  /** Separated by blanks. */
  readonly names: string;
}

const np = 'np';

export const nameLists: readonly NameList[] = [
  {
    list: 'jax',
    priority: 'P0',
    faces: [''],
    names: `grad value_and_grad jvp vjp linearize jacfwd jacrev jacobian hessian vmap jit make_jaxpr eval_shape ShapeDtypeStruct
      custom_jvp custom_vjp checkpoint remat tree.map tree.leaves tree.structure tree.flatten tree.unflatten tree.reduce tree.all
      tree.transpose tree.map_with_path tree.flatten_with_path tree.leaves_with_path lax.stop_gradient debug.print disable_jit
      debug_nans check_grads Array`,
  },
  {
    list: 'jax',
    priority: 'P1',
    faces: [''],
    names: `linear_transpose closure_convert custom_gradient named_scope named_call pure_callback io_callback debug.callback debug_infs
      log_compiles explain_cache_misses no_tracing clear_caches block_until_ready checkpoint_policies tree.static tree.broadcast
      tree.reduce_associative register_pytree_node register_dataclass Partial keystr ravel_pytree promote_types result_type finfo
      iinfo export`,
  },
  {
    list: 'lax elementwise',
    priority: 'P0',
    faces: ['lax'],
    names: `add sub mul div rem neg sign abs max min clamp pow integer_pow square sqrt rsqrt cbrt reciprocal exp exp2 expm1 log log1p
      sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh logistic erf erfc erf_inv floor ceil round is_finite eq ne lt
      le gt ge bitwise_and bitwise_or bitwise_xor bitwise_not shift_left shift_right_logical shift_right_arithmetic select select_n
      convert_element_type bitcast_convert_type nextafter`,
  },
  {
    list: 'lax structure',
    priority: 'P0',
    faces: ['lax'],
    names: `broadcast broadcast_in_dim reshape transpose squeeze expand_dims rev concatenate pad slice slice_in_dim dynamic_slice
      dynamic_update_slice dynamic_index_in_dim dynamic_update_index_in_dim index_in_dim gather scatter scatter_add scatter_mul
      scatter_min scatter_max iota broadcasted_iota full full_like split tile`,
  },
  {
    list: 'lax reductions',
    priority: 'P0',
    faces: ['lax'],
    names: `dot dot_general batch_matmul conv conv_general_dilated conv_with_general_padding conv_transpose conv_dimension_numbers
      reduce reduce_sum reduce_prod reduce_max reduce_min reduce_and reduce_or argmax argmin reduce_window select_and_scatter_add
      cumsum cumprod cummax cummin cumlogsumexp sort sort_key_val top_k`,
  },
  {
    list: 'lax control',
    priority: 'P0',
    faces: ['lax'],
    names: 'scan while_loop fori_loop cond switch map stop_gradient',
  },
  {
    list: 'lax',
    priority: 'P1',
    faces: ['lax', '', 'np', 'linalg', 'special'],
    names: `associative_scan linalg.cholesky linalg.lu linalg.qr linalg.eigh linalg.svd linalg.triangular_solve fft lgamma digamma
      igamma igammac betainc bessel_i0e bessel_i1e reduce_xor population_count clz psum pmean pmax axis_index
      conv_general_dilated_patches conv_general_dilated_local reduce_precision optimization_barrier linear_solve rng_bit_generator`,
  },
  {
    list: 'numpy creation and shape',
    priority: 'P0',
    faces: [np],
    names: `array asarray zeros ones full empty zeros_like ones_like full_like empty_like arange linspace logspace geomspace eye
      identity diag diagonal tri tril triu meshgrid astype copy reshape ravel transpose swapaxes moveaxis squeeze expand_dims
      broadcast_to broadcast_arrays broadcast_shapes concatenate stack hstack vstack dstack column_stack split array_split flip roll
      repeat tile pad take take_along_axis put_along_axis where select clip sort argsort argmax argmin nonzero unique searchsorted
      digitize bincount histogram`,
  },
  {
    list: 'numpy elementwise',
    priority: 'P0',
    faces: [np],
    names: `abs absolute sign negative positive add subtract multiply divide floor_divide true_divide mod remainder divmod power
      float_power square sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh
      arccosh arctanh hypot floor ceil trunc rint round maximum minimum fmax fmin logaddexp sinc nan_to_num isnan isinf isfinite
      isclose allclose equal not_equal less less_equal greater greater_equal logical_and logical_or logical_not logical_xor
      bitwise_and bitwise_or bitwise_xor bitwise_not left_shift right_shift`,
  },
  {
    list: 'numpy reductions',
    priority: 'P0',
    faces: [np],
    names: `sum prod mean var std max min any all cumsum cumprod median quantile percentile average ptp count_nonzero diff ediff1d
      gradient trapezoid nansum nanmean nanmax nanmin nanvar nanstd`,
  },
  {
    list: 'numpy products and rest',
    priority: 'P0',
    faces: [np, 'linalg'],
    names: `dot vdot matmul inner outer tensordot einsum kron cross vecdot trace convolve correlate cov corrcoef interp polyval polyfit
      result_type promote_types can_cast issubdtype finfo iinfo ndim shape size array_equal pi e inf nan newaxis`,
  },
  {
    list: 'numpy at',
    priority: 'P0',
    faces: ['at'],
    names: 'set add multiply divide min max power apply get',
  },
  {
    list: 'numpy',
    priority: 'P1',
    faces: [np, 'io', 'linalg'],
    names: `argwhere flatnonzero argpartition partition lexsort insert delete append resize rot90 block unstack atleast_1d atleast_2d
      atleast_3d rollaxis compress extract choose piecewise apply_along_axis apply_over_axes vectorize indices ix_ mgrid ogrid
      unravel_index ravel_multi_index tril_indices triu_indices diag_indices fill_diagonal mask_indices trim_zeros array_repr array_str
      printoptions nanmedian nanquantile nanpercentile nanprod nancumsum nanargmax nanargmin cumulative_sum logaddexp2 heaviside
      copysign signbit ldexp frexp modf fmod gcd lcm deg2rad rad2deg degrees radians unwrap i0 bartlett blackman hamming hanning kaiser
      histogram2d histogramdd union1d intersect1d setdiff1d isin vander poly polyadd polysub polymul polydiv polyder polyint roots
      fromfunction frombuffer save savez load einsum_path matrix_transpose matvec vecmat`,
  },
  {
    list: 'scipy.special',
    priority: 'P1',
    faces: ['special', 'np', 'nn'],
    names: `logsumexp xlogy xlog1py logit expit entr gammaln ndtr ndtri log_ndtr erf erfc erfinv beta betaln gamma digamma polygamma
      zeta gammainc gammaincc betainc i0 i0e i1 i1e`,
  },
  {
    list: 'linalg',
    priority: 'P0',
    faces: ['linalg', 'np'],
    names: `norm vector_norm matrix_norm inv solve det slogdet cholesky matmul multi_dot outer tensordot trace matrix_power`,
  },
  {
    list: 'linalg',
    priority: 'P1',
    faces: ['linalg'],
    names: 'eigh eigvalsh svd svdvals qr lstsq pinv matrix_rank cond',
  },
  {
    list: 'random',
    priority: 'P0',
    faces: ['random'],
    names: `key PRNGKey key_data wrap_key_data split fold_in clone bits uniform normal truncated_normal randint bernoulli categorical
      permutation choice gumbel exponential`,
  },
  {
    list: 'random',
    priority: 'P1',
    faces: ['random'],
    names: `laplace logistic cauchy rademacher gamma loggamma beta dirichlet poisson multivariate_normal orthogonal binomial geometric t
      chisquare lognormal rayleigh weibull_min pareto triangular multinomial`,
  },
  {
    list: 'nn activations',
    priority: 'P0',
    faces: ['nn'],
    names: `relu relu6 sigmoid softplus soft_sign silu swish log_sigmoid leaky_relu hard_sigmoid hard_silu hard_swish hard_tanh tanh elu
      celu selu gelu glu mish squareplus softmax log_softmax logsumexp logmeanexp standardize one_hot identity step sign linear
      piecewise_linear prelu`,
  },
  {
    list: 'nn initializers',
    priority: 'P0',
    faces: ['nn.initializers'],
    names: `zeros ones constant normal uniform truncated_normal glorot_uniform glorot_normal xavier_uniform xavier_normal he_uniform
      he_normal kaiming_uniform kaiming_normal lecun_uniform lecun_normal variance_scaling orthogonal`,
  },
  {
    list: 'nn initializers',
    priority: 'P1',
    faces: ['nn.initializers'],
    names: 'delta_orthogonal identity',
  },
  {
    // Keras's layers, without the capitals.
    list: 'nn layers',
    priority: 'P0',
    faces: ['nn'],
    names: `dense perceptron embedding flatten reshape permute repeat_vector dropout spatial_dropout1d spatial_dropout2d
      spatial_dropout3d gaussian_noise conv conv1d conv2d conv3d conv_transpose conv_transpose1d conv_transpose2d conv_transpose3d
      depthwise_conv1d depthwise_conv2d separable_conv1d separable_conv2d zero_padding1d zero_padding2d zero_padding3d cropping1d
      cropping2d cropping3d up_sampling1d up_sampling2d up_sampling3d max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d
      global_max_pool1d global_max_pool2d global_max_pool3d global_avg_pool1d global_avg_pool2d global_avg_pool3d batch_norm layer_norm
      serial parallel fan_out fan_in residual lambda named capture`,
  },
  {
    list: 'nn layers',
    priority: 'P1',
    faces: ['nn'],
    names: `group_norm rms_norm instance_norm spectral_norm weight_norm parametric_relu adaptive_avg_pool1d adaptive_avg_pool2d
      adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d alpha_dropout gaussian_dropout mlp shared rescaling
      resizing count_params mask_of labels_of l1 l2 l1l2 max_norm`,
  },
  {
    // Keras's layers and cells, without the capitals.
    list: 'nn recurrent and attention',
    priority: 'P0',
    faces: ['nn'],
    names: `simple_rnn lstm gru rnn simple_rnn_cell lstm_cell gru_cell stacked_cells bidirectional time_distributed
      dot_product_attention`,
  },
  {
    list: 'nn recurrent and attention',
    priority: 'P1',
    faces: ['nn'],
    names: `multi_head_attention conv_lstm conv_lstm_cell rope masking keep_mask lengths_to_mask mask_zero masked_mean last_step
      attention_weights causal_mask masked_softmax sinusoidal_positions sinusoidal_encoding position_embedding transformer_block
      decoder_only generate decode sample_token shift_right additive_attention multiplicative_attention attentive_decoder seq2seq
      cell_of`,
  },
  {
    list: 'nn losses',
    priority: 'P0',
    faces: ['nn'],
    names: `l2_loss squared_error mean_absolute_error huber_loss log_cosh mean_absolute_percentage_error mean_squared_logarithmic_error
      sigmoid_binary_cross_entropy binary_cross_entropy softmax_cross_entropy softmax_cross_entropy_with_integer_labels
      categorical_cross_entropy kl_divergence hinge_loss squared_hinge categorical_hinge poisson cosine_similarity cosine_distance
      smooth_labels half_sum_of_squares gaussian_kl gan_loss per_position masked class_weighted`,
  },
  {
    list: 'nn losses',
    priority: 'P1',
    faces: ['nn'],
    names: `sigmoid_focal_loss dice_loss triplet_margin_loss ntxent ctc_loss multiclass_hinge_loss poly_loss safe_softmax_cross_entropy
      convex_kl generalized_kl`,
  },
  {
    list: 'nn metrics',
    priority: 'P0',
    faces: ['nn.metrics'],
    names: `mean sum accuracy binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k precision recall f_beta f1 auc roc_auc
      confusion_matrix mse rmse mae mape r2 cosine_similarity perplexity`,
  },
  {
    list: 'nn metrics',
    priority: 'P1',
    faces: ['nn.metrics'],
    names: 'iou mean_iou pearson_correlation sensitivity_at_specificity',
  },
  {
    list: 'optax',
    priority: 'P0',
    faces: ['optim', 'optim.schedules'],
    names: `sgd adam adamw nadam nadamw adamax adamaxw amsgrad adagrad adadelta rmsprop lion radam adabelief yogi lamb lars rprop noisy_sgd
      sign_sgd chain named_chain identity scale scale_by_learning_rate scale_by_schedule scale_by_adam scale_by_rms scale_by_rss
      scale_by_adamax scale_by_amsgrad scale_by_belief scale_by_yogi scale_by_radam scale_by_lion scale_by_trust_ratio trace ema clip
      clip_by_global_norm clip_by_block_rms adaptive_grad_clip add_decayed_weights add_noise centralize masked partition
      multi_transform freeze set_to_zero zero_nans apply_if_finite MultiSteps apply_every stateless flatten keep_params_nonnegative
      inject_hyperparams apply_updates incremental_update periodic_update global_norm tree.add tree.sub tree.scale tree.zeros_like
      tree.norm tree.sum tree.vdot tree.get tree.set constant linear polynomial exponential_decay cosine_decay cosine_onecycle
      linear_onecycle piecewise_constant piecewise_interpolate warmup_constant warmup_cosine_decay warmup_exponential_decay sgdr
      join_schedules`,
  },
  {
    list: 'optax',
    priority: 'P1',
    faces: ['optim', 'optim.projections'],
    names: `adafactor adan novograd fromage sm3 lookahead lbfgs scale_by_zoom_linesearch scale_by_backtracking_linesearch polyak_sgd
      optimistic_gradient_descent optimistic_adam muon schedule_free_sgd schedule_free_adamw sam prodigy dadapt_adamw ademamix sophia
      reduce_on_plateau projection_box projection_simplex projection_l1_ball projection_l2_ball projection_linf_ball
      projection_non_negative projection_hyperplane projection_halfspace`,
  },
];

/** Names that are not just JAX's in camelCase: a class by its name here, a function that takes its place, a reserved word. */
const aliases: { readonly [name: string]: string } = {
  Array: 'NDArray',
  ShapeDtypeStruct: 'shapeDtype',
  switch: 'switchCase',
};

/** `erf_inv` to `erfInv`, `log_ndtr` to `logNdtr`, `atleast_1d` to `atleast1d`. */
export const spelled = (name: string): string =>
  aliases[name] ?? name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
